"""From exports of a fresh seed to spells: ends are told as they were, and who is in does not hang on how it ended.

One country at scale 0.6 (about 850 returns), written by the simulator in every format and read by the importers; 25 s
of processor. Monte Carlo error: a share of 100 ends is known within 0.06 (two standard errors), so that bounds are
three errors wide or more.
"""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis import study as choices
from analysis.features import spells
from analysis.importers import keys
from analysis.importers.run import import_exports
from analysis.models.survival.incidence import incidence
from analysis.simulate import run

pytestmark = pytest.mark.validation
SEED, SCALE = 20260107, 0.6
TABLES = ("placements", "cases", "children", "follow_ups", "assessments")
NO_TYPES = pd.DataFrame({"facility_id": [], "facility_type": []}, dtype="str")
N_ERRORS = 3.5


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    out = tmp_path_factory.mktemp("country") / "out"
    run.simulate(out, SEED, SCALE)
    import_exports(out / "exports", out / "processed", out / "restricted")
    return out


@pytest.fixture(scope="module")
def told(country):
    """The spells that the records tell, with the number of their case."""
    tables = {name: pd.read_parquet(country / "processed" / "imported" / f"{name}.parquet") for name in TABLES}
    contracts = {name: __import__(f"analysis.imported.{name}", fromlist=["TABLE"]).TABLE for name in TABLES}
    typed = {name: contracts[name].validated(frame, name) for name, frame in tables.items()}
    rows = spells.build(**typed, case_facility_types=NO_TYPES, study=choices.load())
    return rows.assign(case_no=rows["case_id"].map(numbers_of_cases(country)))


@pytest.fixture(scope="module")
def truth(country):
    """The true returns, with what the agency saw of their end; fewer than 30 nights away are a visit, by our rule."""
    returns, cases = (
        pd.concat(map(pd.read_parquet, sorted(country.glob(f"truth/*/{name}.parquet"))))
        for name in ("returns", "cases")
    )
    of_case = cases[["case_no", "accepted_on", "consent", "in_oscar", "in_primero"]]
    known = returns.merge(of_case, on="case_no", validate="m:1")
    known = known.sort_values(["child_id", "return_on"])
    nights_away = (known.groupby("child_id")["return_on"].shift(-1) - known["end_on"]).dt.days
    is_seen = (known["end_on"] <= known["observed_until"]) & ~(nights_away < choices.load().spells.absence_nights)
    known = known.assign(seen=known["end_state"].where(is_seen, "unseen"))
    known["is_enrolled"] = known["accepted_on"].notna() & (known["consent"] == "yes")
    return known


@pytest.fixture(scope="module")
def matched(told, truth):
    """The spells beside the true return of the same case on the same day."""
    found = told.merge(truth, left_on=["case_no", "returned_on"], right_on=["case_no", "return_on"], how="inner")
    assert len(found) > 0.9 * len(told)
    return found


def numbers_of_cases(country):
    """Return the true number of each case by the key that the import gives it."""
    cases = pl.concat(pl.read_parquet(file) for file in sorted(country.glob("truth/*/cases.parquet")))
    named = [
        cases.filter(of_system).select("case_no", ref=pl.format("{}/{}", ref, episode))
        for of_system, ref, episode in (
            ("in_oscar", pl.format("slug:{}", "slug"), "episode"),
            ("in_primero", pl.format("case_id:{}", "case_uuid"), pl.lit(1)),
        )
    ]
    both = pl.concat(named)
    key_of = keys.digester(keys.PUBLIC)
    return pd.Series(both["case_no"].to_list(), index=[key_of(ref).hex() for ref in both["ref"]])


def test_returns_to_care_are_told_as_such_and_nothing_else_is(matched):
    is_told, is_so = matched["state"] == "residential", matched["seen"] == "residential"
    assert is_so.sum() > 50
    assert (is_told & is_so).sum() / is_so.sum() > 0.95
    assert (is_told & is_so).sum() / is_told.sum() > 0.97


def test_what_is_not_seen_is_not_told_as_an_end(matched):
    unseen = matched[matched["seen"] == "unseen"]
    assert unseen["state"].isin(["residential", "boarding_school", "died", "moved"]).mean() < 0.02
    assert (unseen["state"] == "other").mean() < 0.06  # lost in cases still open, or closed without a reason


def test_who_is_in_the_table_does_not_hang_on_how_the_return_ended(truth, matched):
    enrolled = truth[truth["is_enrolled"]]
    keys_in = set(zip(matched["case_no"], matched["return_on"], strict=True))
    is_in = [pair in keys_in for pair in zip(enrolled["case_no"], enrolled["return_on"], strict=True)]
    cells = enrolled.assign(is_in=is_in, is_back=enrolled["seen"] == "residential").groupby(
        ["is_planned", "in_oscar", "in_primero"]
    )
    gaps, variances = [], []
    for _, rows in cells:
        back, others = rows.loc[rows["is_back"], "is_in"], rows.loc[~rows["is_back"], "is_in"]
        share = rows["is_in"].mean()
        gaps.append(len(back) * (back.mean() - others.mean()))
        variances.append(len(back) ** 2 * share * (1 - share) * (1 / len(back) + 1 / len(others)))
    assert abs(sum(gaps)) < N_ERRORS * np.sqrt(sum(variances))


def test_incidence_from_records_holds_the_truth(truth, told):
    planned = told[told["return_kind"] == "planned"]
    cause = (planned["state"] == "residential") + 2 * planned["state"].isin(["other", "aged_out", "died", "moved"])
    entry, days = planned["entry_days"].to_numpy(float), planned["days"].to_numpy(float)
    fit = incidence(entry, days, cause.to_numpy(), 2, np.array([90.0, 365.0]))
    of_all = truth[truth["is_planned"] & (truth["return_on"] < "2024-01-01")]
    back_by = (of_all["end_on"] - of_all["return_on"]).dt.days.where(of_all["end_state"] == "residential")
    true = np.array([(back_by <= 90).mean(), (back_by <= 365).mean()])
    assert np.all(np.abs(fit.estimates[:, 0] - true) < N_ERRORS * np.hypot(fit.standard_errors[:, 0], 0.012))
