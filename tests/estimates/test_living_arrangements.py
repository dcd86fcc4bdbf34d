"""Living arrangements: shares and intervals of R's survey package, surveys apart, print beside, no survey no crash.

The reference numbers are those of R 4.2.2 with survey 4.1 on the children below:

    d <- svydesign(~psu, strata = ~stratum, weights = ~w, data = children, nest = TRUE)
    svyciprop(~neither, d, method = "logit", df = degf(d))
    kin <- subset(d, neither == 1)
    svyciprop(~relative, kin, method = "logit", df = degf(kin))
"""

import numpy as np
import pandas as pd
import pytest

from analysis import sources
from analysis import study as choices
from analysis.clean import claims as ledger
from analysis.estimates import living_arrangements
from analysis.populations import MixedPopulationsError

NEITHER = [0.493723849372385, 0.441133554064198, 0.546453399891951]
KIN = [0.786440677965610, 0.722553136392992, 0.838896964683462]
CLASSES = ("both_parents", "mother_only_father_alive", "neither_both_alive", "neither_both_dead")
ORPHANS = ("both_alive", "both_alive", "both_alive", "double_orphan")


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return ledger.TABLE.validated(ledger.build(sources.read("claims_printed")), "claims")


def children(survey: str = "dhs-kh8-2021", n: int = 240) -> pd.DataFrame:
    """Return children of 3 strata with 4 clusters each, made by a rule that R can repeat."""
    at = np.arange(n)
    psu, kind = at % 12, (at // 7 + at % 5) % 4
    relation = np.where(at % 9 == 0, "non_relative", np.where(at % 11 == 0, "adopted_foster_step", "grandchild"))
    return pd.DataFrame(
        {
            "survey_id": survey,
            "survey_stratum": [f"hv023:{code}" for code in psu % 3],
            "survey_cluster": [f"{code:016x}" for code in psu],
            "survey_weight": 0.5 + (at % 7) / 4,
            "living_arrangement": np.array(CLASSES)[kind],
            "orphan_status": np.array(ORPHANS)[kind],
            "is_fostered": pd.array(kind >= 2, "boolean"),
            "relation": relation,
            "covers": "household",
        }
    )


def built(surveyed: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    rows = living_arrangements.build(surveyed, claims, choices.load())
    return living_arrangements.TABLE.validated(rows, "living_arrangements").set_index(["outcome", "term", "level"])


def test_shares_and_intervals_are_those_of_r(claims):
    rows = built(children(), claims).xs("dhs-kh8-2021", level="term")
    neither = rows.loc[("living_arrangement", "neither_parent"), ["estimate", "ci_low", "ci_high"]]
    assert neither.astype(float).tolist() == pytest.approx(NEITHER, abs=1e-9)
    kin = rows.loc[("relation_of_fostered", "relative"), ["estimate", "ci_low", "ci_high"]]
    assert kin.astype(float).tolist() == pytest.approx(KIN, abs=1e-9)


def test_a_group_is_the_sum_of_its_classes_and_all_are_counted(claims):
    rows = built(children(), claims).loc["living_arrangement"].xs("dhs-kh8-2021")
    parts = ["neither_both_alive", "neither_father_alive", "neither_mother_alive", "neither_both_dead"]
    assert rows.loc[parts, "n"].sum() == rows.loc["neither_parent", "n"]
    assert rows.loc[parts, "estimate"].sum() == pytest.approx(rows.loc["neither_parent", "estimate"])
    whole = rows.loc[["both_parents", "one_parent", "neither_parent", "unknown"]]
    assert (whole["n"].sum(), rows.loc["all", "n"]) == (240, 240)
    assert whole["estimate"].sum() == pytest.approx(1)


def test_children_without_parents_are_a_part_of_the_survey_and_not_a_survey_of_their_own(claims):
    rows = built(children(), claims).xs("dhs-kh8-2021", level="term")
    fostered = rows.loc[("relation_of_fostered", "all"), "n"]
    assert fostered == rows.loc[("living_arrangement", "neither_parent"), "n"]
    assert rows.loc["relation_of_fostered"].drop(index="all")["n"].sum() == fostered


def test_surveys_stand_apart_and_beside_what_is_printed(claims):
    rows = built(pd.concat([children(), children("mics-2022", 120)]), claims).reset_index()
    assert rows.groupby("source")["term"].nunique().to_dict() == {"print": 8, "survey": 2}
    printed = rows[rows["source"] == "print"].set_index("level")
    assert printed.loc["neither_parent", ["estimate", "value_printed", "period"]].tolist() == [0.14, "14", "2021-22"]
    assert printed[["ci_low", "ci_high", "n"]].isna().all(axis=None)
    assert set(rows["covers"]) == {"household"}


def test_without_a_survey_print_stands_alone(claims):
    rows = built(children().head(0), claims)
    assert len(rows) == 8
    assert set(rows["source"]) == {"print"}


@pytest.mark.parametrize("n", [1, 5, 13])
def test_a_handful_of_children_gives_wide_or_no_intervals_and_no_crash(claims, n):
    rows = built(children(n=n), claims).xs("dhs-kh8-2021", level="term")
    told = rows.dropna(subset="ci_low")
    assert (told["ci_low"] <= told["estimate"] + 1e-12).all()
    assert (told["ci_high"] >= told["estimate"] - 1e-12).all()


def test_nobody_without_parents_has_no_share_rather_than_none(claims):
    together = children().assign(living_arrangement="both_parents", is_fostered=pd.array([False] * 240, "boolean"))
    rows = built(together, claims).xs("dhs-kh8-2021", level="term").loc["relation_of_fostered"]
    assert rows["estimate"].isna().all()
    assert (rows["n"] == 0).all()


def test_a_printed_share_of_children_in_facilities_never_stands_among_them(claims):
    wrong = claims.assign(population=claims["population"].str.replace("children in households", "children in care"))
    with pytest.raises(MixedPopulationsError):
        living_arrangements.build(children(), wrong, choices.load())
