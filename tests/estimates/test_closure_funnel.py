"""The closures of August 2023 in print: every number as its claim has it, conflicts side by side, bounds by hand."""

import pandas as pd
import pytest

from analysis import sources, study
from analysis.clean import claims
from analysis.estimates import closure_funnel

POPULATION = "closures of residential care facilities, This Life Cambodia"


@pytest.fixture(scope="module")
def ledger():
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


@pytest.fixture(scope="module")
def funnel(ledger):
    built = closure_funnel.build(ledger, study.load())
    return closure_funnel.TABLE.validated(built, "closure_funnel").set_index(["outcome", "term", "level"])


def test_every_printed_number_of_the_closures_stands_in_the_table_as_printed(ledger, funnel):
    of_wave = ledger[ledger["population"] == POPULATION].set_index("claim_id")
    used = set(" ".join(funnel["claim_id"].dropna()).split())
    assert set(of_wave.index) <= used
    printed = funnel[funnel["value_printed"].notna()]
    assert printed["value_printed"].tolist() == of_wave["value_printed"].reindex(printed["claim_id"]).tolist()
    assert printed["estimate"].tolist() == of_wave["value"].reindex(printed["claim_id"]).tolist()
    assert printed[["ci_low", "ci_high"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("stage", "one", "other"),
    [("facilities closed", 34, 32), ("provinces", 8, 14), ("children sent home", 267, 320)],
)
def test_documents_that_disagree_both_stay_each_with_what_the_other_prints(funnel, stage, one, other):
    announced, later = (funnel.loc[stage].loc[term].iloc[0] for term in ("announcement", "later reports"))
    assert (announced["estimate"], later["estimate"]) == (one, other)
    assert announced["conflicting_print"] == later["value_printed"]
    assert later["conflicting_print"] == announced["value_printed"]


def test_what_no_document_says_has_a_row_without_a_number(funnel):
    missing = funnel.xs("no document", level="term")
    assert set(missing.index.get_level_values("outcome")) == {
        "children present", "children traced", "children assessed", "children in school",
    }  # fmt: skip
    assert missing[["estimate", "ci_low", "ci_high", "n"]].isna().all(axis=None)


def test_tiers_are_the_only_whole_children_that_round_to_what_is_printed_with_exact_intervals(funnel):
    rows = funnel.xs(("announcement", "of children enrolled"), level=["term", "level"])
    assert rows["n_hits"].to_dict() == {"high risk": 62, "medium risk": 62, "low risk": 11}
    assert rows["n_hits"].sum() == 135 == rows["n"].iloc[0]
    # R 4.2.2: binom.test(62, 135, conf.level = 1 - 0.05 / 3)$conf.int and binom.test(11, 135, ...)
    high, low = rows.loc["high risk"], rows.loc["low risk"]
    assert [high["ci_low"], high["ci_high"]] == pytest.approx([0.355547173416, 0.565559632384])
    assert [low["ci_low"], low["ci_high"]] == pytest.approx([0.0351224510837, 0.1552958298207])


def test_the_132_who_were_not_enrolled_may_be_of_any_tier(funnel):
    bounds = funnel.xs(("bounds", "of children identified"), level=["term", "level"])
    assert bounds.loc["high risk", ["ci_low", "ci_high"]].tolist() == pytest.approx([62 / 267, (62 + 132) / 267])
    assert bounds.loc["low risk", ["ci_low", "ci_high"]].tolist() == pytest.approx([11 / 267, (11 + 132) / 267])
    assert bounds["estimate"].isna().all()


def test_the_share_unaccounted_for_has_a_lower_bound_and_no_upper_one(funnel):
    rows = funnel.loc["children unaccounted for"]
    assert rows.loc[("announcement", "of children identified"), "estimate"] == pytest.approx(132 / 267)
    assert rows.loc[("later reports", "of children returned"), "estimate"] == pytest.approx(185 / 320)
    assert rows.loc[("later reports", "of children returned"), "note"].startswith("At least")
    bound = rows.loc[("bounds", "of children present")]
    assert bound["ci_low"] == pytest.approx(1 - (135 + 13 + 17) / 267)
    assert pd.isna(bound["ci_high"])


def test_children_per_facility_stand_beside_those_of_the_mapping(funnel):
    per_facility = funnel.loc["children per facility"]["estimate"].droplevel("level")
    assert per_facility.to_dict() == pytest.approx(
        {"announcement": 267 / 34, "later reports": 10, "mapping": 16579 / 406}
    )


def test_where_several_divisions_round_so_the_share_is_the_printed_one(ledger):
    value = ledger["value"].mask(ledger["claim_id"] == "reintegration-mjf-children-enrolled", 250)
    built = closure_funnel.build(ledger.assign(value=value), study.load())
    high = built[(built["outcome"] == "high risk") & (built["term"] == "announcement")].iloc[0]
    assert high["estimate"] == 0.46
    assert pd.isna(high["n_hits"])


def test_a_claim_that_has_left_the_ledger_is_named(ledger):
    with pytest.raises(ValueError, match="reintegration-tlc-traced"):
        closure_funnel.build(ledger[ledger["claim_id"] != "reintegration-tlc-traced"], study.load())
