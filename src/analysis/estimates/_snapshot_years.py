"""Years of the country snapshot: the last year that a period tells, and how old it is at the year of reference."""

import re

import pandas as pd

YEAR = r"(?:19|20)\d{2}"
SPAN = re.compile(rf"\b({YEAR})-(\d{{2}})\b(?!\d)")  # 2014-15, 2021-22


def last_year(period: str | None, reference_year: int) -> int | None:
    """Return the last year that ``period`` tells; of one that reaches beyond the reference (a plan) its first year.

    A period without a year gives ``None``.
    """
    if period is None or pd.isna(period):
        return None
    whole = SPAN.sub(lambda span: f"{span[1]} {span[1][:2]}{span[2]}", period)
    years = [int(year) for year in re.findall(rf"\b{YEAR}\b", whole)]
    if not years:
        return None
    return max(years) if max(years) <= reference_year else min(years)


def aged(rows: pd.DataFrame, reference_year: int, stale_after_years: int) -> pd.DataFrame:
    """Return ``rows`` with the year, the age and whether it is stale; all three missing where no year is told.

    Only numbers grow stale: a law of 2006 holds until it is replaced.
    """
    years = pd.array([last_year(period, reference_year) for period in rows["period"]], "Int64")
    told = rows.assign(year=years, age_years=reference_year - years)
    is_number = told["row_is"] == "value"
    age = told["age_years"].where(is_number)
    is_stale = (age > stale_after_years).astype("boolean")
    return told.assign(
        age_years=age, is_stale=is_stale, reference_year=reference_year, stale_after_years=stale_after_years
    )


def with_vintages(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` with the years of the numbers of their section, and whether these differ."""
    of_numbers = rows[rows["row_is"] == "value"].groupby("section")["year"].agg(["min", "max"])
    first, last = (rows["section"].map(of_numbers[end]).astype("Int64") for end in ("min", "max"))
    return rows.assign(section_first_year=first, section_last_year=last, is_mixed_vintage=(first != last))
