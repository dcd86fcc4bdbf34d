"""Surveyed children: one row a child under 18 of a household of the survey, with what its household answered.

Restricted: rows are children, and it never leaves. What was not answered is missing, also where the import has a word
for it ("unknown"), so that one rule finds it; nothing is filled in here. Children who sleep in care are rows as well:
their households answer for them, but a child in care without a household is in no such survey.

ASSUME: only the household survey has weights. Who sleeps in a boarding school and lived in care before, without a
move in the last 12 months, has been in care throughout: some households call care a school.
"""

import pandas as pd

from analysis import country
from analysis.contract import Column, Table
from analysis.imported import allowed
from analysis.imported.household_members import TABLE as MEMBERS
from analysis.imported.households import TABLE as HOUSEHOLDS
from analysis.study import Study

UNKNOWN, IN_CARE, BOARDS = "unknown", "residential_care", "boarding_school"
OF_HOUSEHOLD = (
    *("survey_stratum", "survey_cluster", "survey_weight", "province_code", "id_poor", "dependable_income"),
    *("migration", "violence_in_home", "substance_use", "illness_or_disability", "school_distance_km"),
    *("school_cost_usd", "household_size", "n_children", "caregiver_relation", "caregiver_sex", "caregiver_age_band"),
)
OF_CHILD = (
    *("sex", "age_years", "disability", "in_school", "mother_alive", "father_alive", "living_place"),
    "placed_before_12m",
)
WORDS = {
    "id_poor": ("class in the national poverty identification", allowed.ID_POOR),
    "caregiver_relation": ("who cares for the child", allowed.CAREGIVER_RELATION),
    "caregiver_sex": ("sex of the caregiver", allowed.SEX),
    "caregiver_age_band": ("age of the caregiver in years", allowed.CAREGIVER_AGE_BAND),
    "sex": ("sex", allowed.SEX),
    "living_place": ("where the child sleeps", allowed.LIVING_PLACE),
}


def _words() -> dict[str, Column]:
    return {
        name: Column("str", meaning, isin=tuple(word for word in words if word != UNKNOWN), nullable=True)
        for name, (meaning, words) in WORDS.items()
    }


TABLE = Table(
    one_row_is="a child under 18 of a household of the survey",
    key=("member_id",),
    columns={
        "member_id": MEMBERS.columns["member_id"],
        "household_key": HOUSEHOLDS.columns["household_key"],
        **{name: HOUSEHOLDS.columns[name] for name in OF_HOUSEHOLD},
        "monthly_income_usd": Column(
            "Float64", f"income of a month, {country.MONEY} at one rate", unit="USD", ge=0, nullable=True
        ),
        **{name: MEMBERS.columns[name] for name in OF_CHILD},
        "age_years": Column(
            "Int64", "age; missing of a child of unknown age", unit="years", ge=0, le=17, nullable=True
        ),
        **_words(),
        "lives_in_residential_care": Column("boolean", "sleeps in residential care; missing is unknown", nullable=True),
        "was_placed_12m": Column(
            "boolean", "moved into residential care in the last 12 months; missing is unknown", nullable=True
        ),
        "is_at_risk_of_placement": Column(
            "boolean", "was not in care when the 12 months began; missing is unknown", nullable=True
        ),
    },
)


def build(household_members: pd.DataFrame, households: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the living children of the surveyed households; no row where no survey was imported."""
    surveyed = households[households["survey_weight"].notna()]
    asked = surveyed.assign(monthly_income_usd=_in_usd(surveyed, study.country.per_usd))
    children = household_members[_is_child(household_members)].rename(columns={"placed_12m": "was_placed_12m"})
    told = children[["member_id", "household_key", *OF_CHILD, "was_placed_12m"]].merge(
        asked[["household_key", *OF_HOUSEHOLD, "monthly_income_usd"]], on="household_key", validate="m:1"
    )
    return told.assign(**{name: told[name].mask(told[name] == UNKNOWN) for name in WORDS}).pipe(_with_care)[
        list(TABLE.columns)
    ]


def _is_child(members: pd.DataFrame) -> pd.Series:
    """Return who is alive and under 18; whose age is unknown, if the household calls it a child."""
    is_alive = members["is_alive"].fillna(True)
    return is_alive & (members["age_years"] < 18).fillna(members["relation"] == "child")


def _in_usd(households: pd.DataFrame, per_usd: Study) -> pd.Series:
    """Return the income of a month in dollars; missing where the currency is not told."""
    return households["monthly_income"] / households["income_currency"].map(dict(per_usd)).astype("Float64")


def _with_care(children: pd.DataFrame) -> pd.DataFrame:
    """Add who lives in care, and who was not in care when the 12 months began: who never was before is one of them."""
    sleeps = children["living_place"]
    in_care, boards = ((sleeps == place).astype("boolean").mask(sleeps.isna()) for place in (IN_CARE, BOARDS))
    is_in_care = in_care.fillna(False) | (boards & children["placed_before_12m"])
    was_in_care = is_in_care & ~children["was_placed_12m"]
    return children.assign(lives_in_residential_care=in_care, is_at_risk_of_placement=~was_in_care)
