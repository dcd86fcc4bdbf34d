"""Counts reconciled: one row a definition, what was not imported has none, and nothing can be added up."""

import numpy as np
import pandas as pd
import pytest

from analysis import populations, sources, study
from analysis.clean import claims
from analysis.estimates import _national_estimators as ways
from analysis.estimates import counts_reconciled as estimate
from analysis.estimates.list_coverage import ALL, ANY, ESTIMATED
from analysis.features.surveyed_children import TABLE as SURVEYED

NONE = pd.DataFrame
LEDGER = claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


def panel():
    rows = [("2014", "rci", 40), ("2014", "group_home", 10), ("2015", "rci", 30), ("2015", "rci", None)]
    rows += [("2015", "boarding_school", 20)]
    return pd.DataFrame(rows, columns=["round_id", "facility_type", "n_children"]).astype({"n_children": "Int64"})


def coverage():
    row = {"term": ALL, "level": ALL, "list_id": ANY, "scale": ESTIMATED, "estimate": 7.0}
    return pd.DataFrame([row | {"ci_low": 6.0, "ci_high": 9.0, "n": 5}, row | {"term": "elsewhere", "n": 2}])


def survey():
    row = {"term": ways.WEIGHTED, "interval": ways.T, "estimate": 100.0, "ci_low": 80.0, "ci_high": 130.0, "n": 50}
    behind = {"n_facilities": 9, "top_two_share": 0.2}
    return pd.DataFrame([row | behind | {"scale": "children"}, row | behind | {"scale": "facilities"}])


def children():
    """Return 40 children of 10 villages in two strata, weight 10: five in care, one unknown."""
    n = 40
    return pd.DataFrame(
        {
            "household_key": [f"h{i}" for i in range(n)],
            "survey_stratum": ["s1", "s2"] * 20,
            "survey_cluster": [f"c{i % 10}" for i in range(n)],
            "survey_weight": 10.0,
            "lives_in_residential_care": pd.array([True] * 5 + [None] + [False] * 34, "boolean"),
        }
    ).reindex(columns=list(SURVEYED.columns))


def empty(*columns):
    return pd.DataFrame(columns=list(columns))


def built(panel_rows, of_coverage, of_survey, surveyed):
    rows = estimate.build(LEDGER, panel_rows, of_coverage, of_survey, surveyed, study.load())
    return estimate.TABLE.validated(rows, "counts_reconciled").set_index(["source", "term", "outcome"])


@pytest.fixture(scope="module")
def rows():
    return built(panel(), coverage(), survey(), children())


def test_printed_numbers_stand_as_printed(rows):
    printed = rows.xs(estimate.PRINT)
    assert printed["estimate"]["mapping"].to_dict() == {"children": 26187, "facilities": 639}
    assert printed["estimate"]["sample"].to_dict() == {"children": 48775, "facilities": 1658}
    assert printed["ci_low"].isna().all()


def test_lists_count_each_facility_and_the_children_of_those_with_a_number(rows):
    counted = rows.xs(estimate.RECORDS)["estimate"]
    assert counted["ministry"].to_dict() == {"children": 50, "facilities": 2}
    assert counted["mapping_rci"].to_dict() == {"children": 30, "facilities": 2}
    assert counted["mapping"].to_dict() == {"children": 50, "facilities": 3}
    assert rows.loc[(estimate.RECORDS, "mapping", "children"), "n_facilities"] == 2, "one has no number"


def test_what_no_list_names_is_of_facilities_only(rows):
    assert rows.loc[(estimate.RECORDS, "missed", "facilities"), "estimate"] == 7
    assert (estimate.RECORDS, "missed", "children") not in rows.index


def test_households_report_children_by_weight_and_unknown_is_not_no(rows):
    row = rows.loc[(estimate.RECORDS, "households", "children")]
    assert row[["estimate", "n", "n_hits"]].tolist() == [50, 39, 5]
    assert row["ci_low"] < 50 < row["ci_high"]
    assert row["covers"] == populations.HOUSEHOLD


def test_children_of_households_and_of_facilities_cannot_be_added(rows):
    of_records = rows.xs(estimate.RECORDS).xs("children", level="outcome").loc[["households", "sample"]]
    with pytest.raises(populations.MixedPopulationsError, match="cannot be added"):
        populations.added(of_records["estimate"], of_records["covers"])


def test_what_was_not_imported_has_no_row():
    lists = empty("round_id", "facility_type", "n_children")
    no_estimate = coverage().assign(estimate=np.nan)
    no_survey = empty("term", "interval", "estimate", "scale")
    rows = built(lists, no_estimate, no_survey, children().iloc[:0])
    assert set(rows.index.get_level_values("source")) == {estimate.PRINT}
    assert len(rows) == 8
