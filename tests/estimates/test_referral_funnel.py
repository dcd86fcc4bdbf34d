"""Referrals, acceptance of cases and goals of plans against counts by hand; competing ends, and what is not yet due."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import referral_funnel as funnel

STUDY = study.load()
N = 60


def key(number):
    return f"{number:016x}"


def cases(**changed):
    """Return 60 cases of 6 agencies: 30 accepted on day 5, 10 rejected on day 3, 20 still wait on day 40."""
    day = pd.Timestamp("2024-01-01")
    waits = [5] * 30 + [None] * 30
    told = {
        "case_id": [key(number) for number in range(N)],
        "source_system": "oscar",
        "org_code": [f"A{1 + number % 6:02d}" for number in range(N)],
        "status": ["active"] * 30 + ["closed"] * 10 + ["referred"] * 20,
        "referred_on": day,
        "accepted_on": [None if wait is None else day + pd.Timedelta(days=wait) for wait in waits],
        "closed_on": [pd.NaT] * 30 + [day + pd.Timedelta(days=3)] * 10 + [pd.NaT] * 20,
        "closure_circumstance": [None] * 30 + ["rejected"] * 10 + [None] * 20,
    } | changed
    days = dict.fromkeys(("referred_on", "accepted_on", "closed_on"), "datetime64[us]")
    texts = ("case_id", "source_system", "org_code", "status", "closure_circumstance")
    frame = pd.DataFrame(told).astype(days | dict.fromkeys(texts, "str"))
    last = frame.iloc[-1:].assign(case_id=key(999), referred_on=day + pd.Timedelta(days=40), org_code=None)
    return pd.concat([frame, last.astype({"org_code": "str"})], ignore_index=True)


def referrals(decisions=("accepted", "accepted", "pending", "rejected", None, "unknown"), **changed):
    """Return 60 referrals, one a case, their answers in turn."""
    told = {
        "case_id": [key(number) for number in range(N)],
        "referred_on": pd.Timestamp("2024-01-20"),
        "direction": ["to", "from", "unknown"] * (N // 3),
        "service_group": ["training_education", "anti_trafficking", "legal_support", "unknown"] * (N // 4),
        "decision": list(decisions) * (N // len(decisions)),
    } | changed
    texts = ("case_id", "direction", "service_group", "decision")
    return pd.DataFrame(told).astype(dict.fromkeys(texts, "str") | {"referred_on": "datetime64[us]"})


FATES = [  # due day, completed day, status; the last day on record is 100
    (50, 50, "completed"), (50, 60, "completed"), (50, None, "completed"), (50, None, "dropped"), (100, None, "open"),
    (150, None, "open"), (150, 90, "completed"), (None, 100, "completed"), (50, None, "unknown"), (None, None, "open"),
]  # fmt: skip


def goals(fates=FATES, areas=("schooling", "health")):
    start = pd.Timestamp("2024-01-01")
    days = {"due_on": [fate[0] for fate in fates], "completed_on": [fate[1] for fate in fates]}
    one = pd.DataFrame({name: start + pd.to_timedelta(values, unit="D") for name, values in days.items()})
    one = one.assign(set_on=start, status=[fate[2] for fate in fates])
    every = one.merge(pd.DataFrame({"area": list(areas)}), how="cross").merge(
        pd.DataFrame({"case_id": [key(number) for number in range(6)]}), how="cross"
    )
    texts = dict.fromkeys(("area", "status", "case_id"), "str")
    return every.astype(texts | dict.fromkeys(("due_on", "completed_on", "set_on"), "datetime64[us]"))


def built(told=None, of=None, plan=None):
    frames = [given if given is not None else made() for given, made in ((told, referrals), (of, cases), (plan, goals))]
    rows = funnel.TABLE.validated(funnel.build(*frames, STUDY), "referral_funnel")
    return rows.set_index(["outcome", "term", "level", "measure"]).sort_index()


@pytest.fixture(scope="module")
def table():
    return built()


def test_each_answer_is_a_share_of_all_referrals_and_no_answer_is_none(table):
    shares = {answer: table.loc[(answer, "direction", "all", "referrals")] for answer in funnel.referral.ANSWERS}
    assert {answer: row["n_hits"] for answer, row in shares.items()} == {
        "accepted": 20, "rejected": 10, "pending": 10, "not told": 20,
    }  # fmt: skip
    assert shares["accepted"]["estimate"] == pytest.approx(1 / 3)
    assert shares["accepted"]["n_agencies"] == 6


def test_services_are_told_in_groups_and_none_is_of_one_harm_alone(table):
    sizes = table.xs(("accepted", "referrals"), level=["outcome", "measure"]).loc["service"]["n"]
    assert sizes["all"] == 60 == sizes.drop("all").sum()
    assert (sizes["schooling"], sizes["family_and_protection"], sizes["other"]) == (15, 30, 15)
    assert not sizes.index.str.contains("trafficking").any()


def long_waits(**changed):
    rows = funnel.referral.rows(referrals(**changed), cases(), STUDY.referral_funnel, 0.95)
    return next(row for row in rows if row["outcome"] == "pending long" and row["level"] == "all")


def test_pending_referrals_wait_until_the_last_day_of_the_records():
    told = [long_waits(referred_on=day) for day in (pd.Timestamp("2024-01-20"), pd.Timestamp("2023-12-01"), pd.NaT)]
    assert [(row["n"], row["n_hits"]) for row in told] == [(10, 0), (10, 10), (0, 0)]
    assert told[0]["measure"] == "over 30 days"


def test_days_to_an_answer_are_said_to_be_missing(table):
    row = table.loc[("days to an answer", "direction", "all", "referrals")]
    assert pd.isna(row["estimate"])
    assert "no system exports" in row["note"]


def test_acceptance_has_rejection_as_a_competing_end(table):
    by_week = table.loc[("case accepted by", "case", "all", "day 7")]
    # of 61 cases one was referred on the last day: 10 of 60 at risk rejected on day 3, then 30 of 50 accepted on day 5
    assert by_week["estimate"] == pytest.approx(50 / 60 * 30 / 50)
    assert table.loc[("half accepted by", "case", "all", "cases"), "estimate"] == 5


def test_a_system_that_exports_no_day_of_acceptance_tells_nothing():
    silent = cases(source_system=["oscar", "primero"] * 30, accepted_on=[pd.Timestamp("2024-01-06"), None] * 30)
    told = {row["outcome"]: row for row in funnel.acceptance.rows(silent, STUDY.referral_funnel, 0.95)}
    # of 61 cases 30 are in the system that tells days
    assert told["half accepted by"]["n"] == told["day of the answer on record"]["n_hits"] == 30
    none = funnel.acceptance.rows(cases(accepted_on=pd.NaT), STUDY.referral_funnel, 0.95)
    assert [row.get("estimate") for row in none if row["outcome"] == "case accepted by"] == [None] * 3


def test_goals_add_up_and_only_those_due_are_judged(table):
    fates = table.xs(("goal area", "schooling", "goals"), level=["term", "level", "measure"])["n_hits"] // 6
    assert fates.to_dict() == {
        "completed on time": 2, "completed late": 1, "completed, not told when": 2, "dropped": 1,
        "open and overdue": 1, "not yet due": 1, "not known": 2,
    }  # fmt: skip
    due = table.loc[("completed on time", "goal area", "schooling", "goals due")]
    assert (due["n"] // 6, due["n_hits"] // 6) == (4, 1), "one completed early is not due yet, two are not known"
    ends = [table.loc[("completed on time", "goal area", "all", f"goals due, {end}")] for end in ("least", "most")]
    assert [(row["n_hits"], row["n"]) for row in ends] == [(12, 72), (36, 72)]
    assert ends[0]["estimate"] <= due["estimate"] <= ends[1]["estimate"]


def test_what_nobody_recorded_has_rows_without_a_number_and_no_record_at_all_no_row():
    table = built(referrals().head(0), plan=goals().head(0))
    assert (table.xs("referrals", level="measure")["n"].dropna() == 0).all()
    assert table.loc["completed on time"]["estimate"].isna().all()
    assert funnel.build(referrals().head(0), cases().head(0), goals().head(0), STUDY).empty


def test_a_service_without_a_group_is_named():
    services = {group: kinds for group, kinds in STUDY.referral_funnel.services.items() if group != "health"}
    with pytest.raises(ValueError, match="medical_support"):
        funnel.referral.rows(referrals(), cases(), SimpleNamespace(services=services), 0.95)
