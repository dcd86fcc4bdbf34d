"""Worker's and recomputed tiers side by side: every cell, kappa by hand, moves, and what stays unknown."""

import pandas as pd
import pytest

from analysis import study
from analysis.estimates import triage_agreement
from analysis.models import agreement

STUDY = study.load()
COLUMNS = ["case_id", "instrument", "agency", "assessed_on", "assessment_no", "is_last", "tier", "worker_tier"]


def rated(pairs, n_agencies=5):
    """Return tables of tiers and cases: ``pairs`` of worker's tier and recomputed tiers in turn, one case each."""
    rows, cases = [], []
    for number, (worker, tiers) in enumerate(pairs):
        key, agency = f"{number:016x}", f"A{1 + number % n_agencies:02d}"
        cases.append({"case_id": key, "org_code": agency, "risk_level": worker})
        for place, tier in enumerate(tiers, start=1):
            on = pd.Timestamp("2023-01-01") + pd.Timedelta(days=180 * place)
            rows.append([key, "csi12", agency, on, place, place == len(tiers), tier, worker])
    tiers = pd.DataFrame(rows, columns=COLUMNS).astype(
        {"assessment_no": "Int64", "is_last": "boolean", "assessed_on": "datetime64[us]"}
        | dict.fromkeys(("case_id", "instrument", "agency", "tier", "worker_tier"), "str")
    )
    return tiers, pd.DataFrame(cases, columns=["case_id", "org_code", "risk_level"]).astype("str")


def built(pairs, **how):
    found = triage_agreement.build(*rated(pairs, **how), STUDY)
    return triage_agreement.TABLE.validated(found, "triage_agreement").set_index(
        ["outcome", "term", "level", "instrument"]
    )


PAIRS = [
    *[("high", ["high", "medium"])] * 30, *[("high", ["medium"])] * 10, *[("medium", ["high", "low"])] * 15,
    *[("medium", ["medium", "medium"])] * 20, *[("low", ["low", "medium"])] * 25, *[("no_action", ["low"])] * 4,
    *[("low", ["high"])] * 5, *[("unknown", ["high"])] * 3, *[("medium", [])] * 7,
]  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return built(PAIRS)


def test_every_cell_has_a_row_and_every_case_one_cell(table):
    cells = table.loc["tiers", "n"].droplevel("instrument").unstack()  # noqa: PD010
    assert cells.shape == (6, 5)
    inner = cells.drop(index="all", columns="all")
    assert inner.to_numpy().sum() == cells.loc["all", "all"] == len(PAIRS)
    assert cells.loc["high", ["high", "medium", "low", "unknown", "all"]].tolist() == [30, 10, 0, 0, 40]
    assert cells.loc["medium", "unknown"] == 7, "a case without an assessment is no low one"
    assert cells.loc["unknown", "high"] == 3


def test_kappa_is_that_of_the_table_of_cases_with_both(table):
    counts = [[29, 0, 5], [0, 20, 15], [0, 10, 30]]  # worker low (with no action), medium, high by the rule's
    for weights in ("quadratic", "linear", "unweighted"):
        row = table.loc[("kappa", weights, "first", "all")]
        assert row["estimate"] == pytest.approx(agreement.weighted_kappa(counts, weights).estimate)
        assert row["ci_low"] < row["estimate"] < row["ci_high"]
        assert (row["n"], row["n_agencies"]) == (109, 5)


def test_the_last_assessment_is_another_answer_than_the_first(table):
    first, last = (table.loc[("kappa", "quadratic", which, "all"), "estimate"] for which in ("first", "last"))
    assert last < first


def test_shares_add_up_and_say_which_tier_is_higher(table):
    shares = table.loc["pairs of tiers"].xs(("first", "all"), level=("level", "instrument"))
    assert shares["n_hits"].to_dict() == {"same": 79, "rule higher": 20, "rule lower": 10}
    assert shares["estimate"].sum() == pytest.approx(1)


def test_moves_are_of_cases_assessed_twice(table):
    moved = table.loc["pairs of tiers"].xs(("moved", "all"), level=("level", "instrument"))
    assert moved["n_hits"].to_dict() == {"same": 20, "rule higher": 25, "rule lower": 45}
    assert set(moved["n"]) == {90}


def test_few_cases_have_no_kappa_but_a_row(table):
    row = built(PAIRS[:5]).loc[("kappa", "quadratic", "first", "all")]
    assert pd.isna(row["estimate"])
    assert row["note"].startswith("fewer than")
    assert pd.isna(table.loc[("kappa", "quadratic", "first", "primero_kh_child"), "estimate"])


def test_one_agency_has_no_interval_and_one_tier_for_all_no_kappa():
    alone = built(PAIRS, n_agencies=1).loc[("kappa", "quadratic", "first", "all")]
    assert "two clusters" in alone["note"]
    same = built([("high", ["high"])] * 30).loc[("kappa", "quadratic", "first", "all")]
    assert "the same level" in same["note"]
    assert pd.isna(same["estimate"])


def test_records_without_a_case_or_an_assessment_still_have_every_row(table):
    assert built([]).index.sort_values().tolist() == table.index.sort_values().tolist()
    nobody = built([("high", [])] * 12)
    assert nobody.loc[("tiers", "high", "unknown", "all"), "n"] == 12
