"""Cases: one row an episode of a child in an agency, with the ids, worker and words that a system would hold."""

import numpy as np
import pandas as pd

from analysis.simulate import draws, episodes
from analysis.study import Study

SEPARATED = ("residential", "other")


def build(
    choices: Study, rng: np.random.Generator, children: pd.DataFrame, agencies: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every episode with its course (days, not yet dates), and the returns home in them."""
    first = pd.concat([_registered(children), _second_agency(choices, rng, children, agencies)], ignore_index=True)
    first = first.assign(case_no=np.arange(1, len(first) + 1), episode=1).pipe(_attach_agency, agencies)
    begun, returns = episodes.run(choices, rng, first)
    readmitted = _readmitted(choices, rng, begun, returns)
    again, later_returns = episodes.run(choices, rng, readmitted)
    return (
        pd.concat([begun, again], ignore_index=True),
        pd.concat([returns, later_returns], ignore_index=True),
    )


def attach_record(
    choices: Study, rng: np.random.Generator, cases: pd.DataFrame, families: pd.DataFrame, part: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add what a system stores beside the course: ids, worker, consent, words; return cases and workers."""
    workers = _workers(choices, cases, part)
    of_client = pd.factorize(pd.MultiIndex.from_frame(cases[["child_id", "agency"]]))[0]
    consent = draws.words(rng, choices.consent, len(cases))[of_client]
    never = ~cases["is_accepted"].to_numpy()  # who is not accepted is not assessed
    recorded = cases.assign(
        risk_level=cases["risk_level"].mask(never, "unknown"),
        risk_assessed=cases["risk_assessed"].clip(upper=cases["closed"]).mask(never),
        worker_id=_worker_of(rng, cases, workers),
        slug=np.where(cases["in_oscar"], _slugs(cases), draws.BLANK),
        case_uuid=np.where(cases["in_primero"], draws.uuids(rng, len(cases)), draws.BLANK),
        consent=consent,
        referral_source=draws.words(rng, choices.referral.sources, len(cases)),
        externally_supported=rng.random(len(cases)) < choices.externally_supported_share,
        closure_event_id=np.where(cases["in_wave"], choices.closure.event_id, draws.BLANK),
    )
    return recorded.pipe(_with_histories, choices.histories, rng, families), workers


def _registered(children: pd.DataFrame) -> pd.DataFrame:
    columns = ["child_id", "household_id", "agency", "programme", "in_wave", "first_seen", "birth_day", "sex", "need"]
    return children[columns].assign(repeat=False)


def _second_agency(
    choices: Study, rng: np.random.Generator, children: pd.DataFrame, agencies: pd.DataFrame
) -> pd.DataFrame:
    """Return the cases of children whom a second agency helps with something else; the first keeps their returns."""
    shared = _registered(children[rng.random(len(children)) < choices.second_agency_share])
    other = agencies["agency"].to_numpy()[rng.integers(0, len(agencies), len(shared))]
    later = shared["first_seen"] + draws.uniform_days(rng, choices.referral.second_agency_within_days, len(shared))
    taken = (other != shared["agency"]) & (later < draws.day(choices.last_day))
    return shared.assign(agency=other, programme="other", in_wave=False, first_seen=later)[taken]


def _attach_agency(cases: pd.DataFrame, agencies: pd.DataFrame) -> pd.DataFrame:
    known = cases.merge(
        agencies[["agency", "system", "effect"]].rename(columns={"effect": "agency_effect"}),
        on="agency",
        how="left",
        validate="many_to_one",
    )
    return known.assign(
        in_oscar=known["system"].isin(("oscar", "both")), in_primero=known["system"].isin(("primero", "both"))
    )


def _readmitted(choices: Study, rng: np.random.Generator, cases: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the second episodes: closed cases whose child went back to care, and a few of other programmes.

    Only where OSCaR alone keeps the case: it stores several episodes of a client, Primero opens a new case.
    """
    last = returns.drop_duplicates("case_no", keep="last").set_index("case_no")
    went_back = cases["case_no"].map(last["end"]).where(cases["case_no"].map(last["end_state"]).isin(SEPARATED))
    share = np.where(went_back.notna(), choices.referral.readmitted_share, 0.0)
    share = np.where(cases["programme"] == "reintegration", share, choices.referral.readmitted_other_share)
    low, high = choices.referral.readmitted_after_days
    seen = np.fmax(cases["closed"], went_back.fillna(0)) + low + draws.uniform_days(rng, high - low, len(cases))
    is_child = seen < cases["birth_day"] + 17.5 * draws.DAYS_PER_YEAR
    chosen = cases["is_accepted"] & cases["closed"].notna() & ~cases["in_primero"] & is_child
    chosen &= (rng.random(len(cases)) < share) & (seen < draws.day(choices.last_day))
    chosen &= cases["closure_reason"] != "died"
    columns = [*_registered(cases).columns, "system", "agency_effect", "in_oscar", "in_primero"]
    again = cases.assign(first_seen=seen, in_wave=False, repeat=True, episode=2)
    again = again.loc[chosen, [*columns, "episode"]].reset_index(drop=True)
    return again.assign(case_no=cases["case_no"].max() + 1 + np.arange(len(again)))


def _workers(choices: Study, cases: pd.DataFrame, part: int) -> pd.DataFrame:
    per_agency = cases.groupby("agency").size()
    n_workers = np.maximum(1, np.ceil(per_agency / choices.agencies.cases_per_worker)).astype(int)
    agency = n_workers.index.repeat(n_workers)
    first = (part - 1) * 1000  # no block has a thousand workers: numbers never meet
    return pd.DataFrame({"worker_id": [f"worker-{first + i + 1:04d}" for i in range(len(agency))], "agency": agency})


def _worker_of(rng: np.random.Generator, cases: pd.DataFrame, workers: pd.DataFrame) -> np.ndarray:
    """Return one worker a family, episode and agency."""
    group = pd.factorize(pd.MultiIndex.from_frame(cases[["household_id", "agency", "episode"]]))[0]
    drawn = pd.Series(rng.random(len(cases))).groupby(group).transform("first").to_numpy()
    first = workers.reset_index().groupby("agency")["index"].agg(["min", "size"])
    start, size = (cases["agency"].map(first[name]).to_numpy() for name in ("min", "size"))
    return workers["worker_id"].to_numpy()[(start + np.floor(drawn * size)).astype(int)]


def _slugs(cases: pd.DataFrame) -> np.ndarray:
    """Return ``<agency>-<number>``, numbered in the order of first referral; all episodes of a client share it."""
    first = cases[cases["episode"] == 1]
    number = draws.order_within(first["agency"], first["referred"])
    clients = first.assign(number=number)[["child_id", "agency", "number"]]
    numbered = cases[["child_id", "agency"]].merge(clients, how="left", validate="many_to_one")
    return (numbered["agency"] + "-" + numbered["number"].astype(str)).to_numpy(dtype=object)


def _with_histories(
    cases: pd.DataFrame, choices: Study, rng: np.random.Generator, families: pd.DataFrame
) -> pd.DataFrame:
    """Add the reasons for separation and recorded harms: each system asks in its own words, a case in both in both."""
    family = cases[["household_id"]].merge(families, on="household_id", how="left", validate="many_to_one")
    oscar, primero = cases["in_oscar"].to_numpy(), cases["in_primero"].to_numpy()
    status, violence = family["orphan_status"], family["violence_in_home"].to_numpy()
    known = {
        "orphan_double": oscar & (status == "double_orphan").to_numpy(),
        "orphan_father": oscar & (status == "mother_alive_only").to_numpy(),
        "orphan_mother": oscar & (status == "father_alive_only").to_numpy(),
        "death_in_family": primero & status.str.contains("only|orphan").to_numpy(),
        "migration": primero & family["migration"].to_numpy(),
        "violence_abuse": primero & violence,
        "illness": primero & family["illness_or_disability"].to_numpy(),
        "poverty": primero & family["id_poor"].isin(("level_1", "level_2")).to_numpy(),
    }
    written = {name: flag & (rng.random(len(cases)) < choices.reason_written_share) for name, flag in known.items()}
    chance = {name: oscar & (rng.random(len(cases)) < share) for name, share in choices.oscar_reasons.items()} | {
        name: primero & (rng.random(len(cases)) < share) for name, share in choices.primero_reasons.items()
    }
    harms = {
        name: rng.random(len(cases)) < np.where(violence, share[0], share[1]) for name, share in choices.harms.items()
    }
    return cases.assign(separation_reason=draws.joined(written | chance), harm_history=draws.joined(harms))
