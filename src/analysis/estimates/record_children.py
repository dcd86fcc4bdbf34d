"""Record children: how many children the case records hold, by province and by age when they were first referred.

A child counts once, however many cases it has: by the province and the age of the case that was referred first. A
province that is not recorded is a row of its own, and so is an age that is not recorded or not a child's (18 and
over, such as care leavers and mistyped birth dates): the totals are of all children.
"""

import pandas as pd

from analysis import country
from analysis.contract import Column, estimate_table
from analysis.study import Study

TOTAL, UNKNOWN = "all", "unknown"
OUTCOME = "children in the records"

TABLE = estimate_table(
    one_row_is="the children of one province and one age band in the case records, or of all provinces or ages",
    extra={
        "province": Column("str", "name of the province, or that it is not recorded, or that it is all of them"),
    },
)

NAMES = {UNKNOWN: f"{country.PROVINCE.capitalize()} not recorded", TOTAL: f"All {country.PROVINCES}"}


def build(cases: pd.DataFrame, provinces: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every province and age band with its children, none included, and the totals both ways."""
    bands = study.disclosure.age_bands
    names = provinces.set_index("province_code")["province"].to_dict() | NAMES
    counts = (
        cases.pipe(_first_cases)
        .pipe(_attach_place_and_band, bands)
        .pipe(_cross_table, terms=[*provinces["province_code"], UNKNOWN], levels=[*bands, UNKNOWN])
        .pipe(_with_totals)
    )
    no_interval = pd.array([None] * len(counts), "Float64")
    return counts.assign(
        outcome=OUTCOME,
        province=counts["term"].map(names),
        scale="children",
        estimate=counts["n"].astype("Float64"),
        ci_low=no_interval,
        ci_high=no_interval,
        note="children, each counted once at the first referral; a count of all, without interval",
    )[list(TABLE.columns)]


def _first_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the case of each child that was referred first; of two on one day, one whose province and age are known.

    ASSUME: a case without a day of referral came after those that have one.
    """
    by_day = cases.sort_values(["child_key", "referred_on", "province_code", "age_at_referral_years"])
    return by_day.drop_duplicates("child_key")


def _attach_place_and_band(cases: pd.DataFrame, bands: tuple[str, ...]) -> pd.DataFrame:
    band_of_age = {age: band for band in bands for age in _ages(band)}
    return cases.assign(
        term=cases["province_code"].fillna(UNKNOWN),
        level=cases["age_at_referral_years"].astype("Float64").map(band_of_age).fillna(UNKNOWN),
    )


def _ages(band: str) -> range:
    """Return the completed years of a band such as ``6-11``."""
    first, last = map(int, band.split("-"))
    return range(first, last + 1)


def _cross_table(cases: pd.DataFrame, terms: list[str], levels: list[str]) -> pd.DataFrame:
    every = pd.MultiIndex.from_product([terms, levels], names=["term", "level"])
    return cases.groupby(["term", "level"]).size().reindex(every, fill_value=0).rename("n").reset_index()


def _with_totals(counts: pd.DataFrame) -> pd.DataFrame:
    """Return ``counts`` with their sums over provinces, then with the sums of all these over ages."""
    every_place = counts.groupby("level", as_index=False)["n"].sum().assign(term=TOTAL)
    by_place = pd.concat([counts, every_place])
    every_age = by_place.groupby("term", as_index=False)["n"].sum().assign(level=TOTAL)
    return pd.concat([by_place, every_age], ignore_index=True)
