"""What is wrong with the records of cases: found, reported, and undone or made unknown. Nothing is guessed."""

import polars as pl

from analysis.importers import codes, dates
from analysis.importers.findings import Findings
from analysis.importers.primero import trials
from analysis.importers.primero.cases import FIRST_YEAR_OF_BIRTH, LAST_DAY, TABLE
from analysis.importers.repeated import n_matching

NESTED = r'"\s*\['  # an array printed inside a string of an array
LOCAL_DIGITS = r"_\d{5}\b"
LOST_A_ZERO = r"^\d(?:\d\d)*$"  # an odd number of digits
STUNG_TRENG = "19"
FIELDS_WITH_LOCAL_CODES = {"source_of_referral": "referral_source", "protection_concerns": "harm_history"}


def checked(cases: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Return ``cases`` without what cannot be, each such cell reported."""
    unread = pl.when(pl.col("birth_on").is_null()).then("date_of_birth")
    is_implausible = (
        dates.is_impossible(unread)
        | (pl.col("birth_on").dt.year() < FIRST_YEAR_OF_BIRTH)
        | (pl.col("birth_on") > pl.min_horizontal("referred_on", LAST_DAY))
    )
    from_oscar = pl.col("oscar_number").is_not_null()
    unknown = {  # column: what makes it unknown, by which check
        "birth_date": (is_implausible.fill_null(False), "T16"),
        "risk_level": ((pl.col("risk_level") == "no_action") & from_oscar, "T17"),
        "age_recorded": ((pl.col("age_recorded") == 0) & from_oscar, "T18"),
        "referred_on": (pl.col("referred_on") > LAST_DAY, "future_date"),
        "closed_on": (pl.col("closed_on") > LAST_DAY, "future_date"),
    }
    judged = cases.with_columns(
        pl.col("birth_on").alias("birth_date"),
        *(where.fill_null(False).alias(f"not_{column}") for column, (where, _) in unknown.items()),
    )
    for column, (_, check) in unknown.items():
        findings.rows(judged, pl.col(f"not_{column}"), table=TABLE, check=check, action="unknown", column=column)
    _note_kept(judged, findings)
    gaps = {"risk_level": pl.lit("unknown")}
    return judged.with_columns(
        dob_quality=_quality(),
        **{
            column: pl.when(~pl.col(f"not_{column}")).then(column).otherwise(gaps.get(column, pl.lit(None)))
            for column in unknown
        },
    )


def note_shape(cases: pl.DataFrame, findings: Findings) -> None:
    """Report what a whole piece of a file has in common: lost zeros (T21), local codes (T25)."""
    sheet = str(cases["sheet"].first() or "")
    accepted = cases.select("location_current", "is_accepted", *FIELDS_WITH_LOCAL_CODES).filter("is_accepted")
    n_lost = n_matching(accepted["location_current"], LOST_A_ZERO)
    findings.whole(sheet, table=TABLE, check="T21", column="province_code", n=n_lost)
    for field, column in FIELDS_WITH_LOCAL_CODES.items():
        n_local = n_matching(accepted[field], LOCAL_DIGITS)
        findings.whole(sheet, table=TABLE, check="T25", column=column, n=n_local)


class Provinces:
    """The provinces of the records that came over the bridge, in all pieces of a file together."""

    def __init__(self) -> None:
        """Start with no record."""
        self._n_synced, self._has_left_out = 0, False

    def add(self, cases: pl.DataFrame) -> None:
        """Count the records of one more piece."""
        told = cases.select("is_accepted", "oscar_number", "location_current")
        synced = told.filter("is_accepted", pl.col("oscar_number").is_not_null())
        province = codes.location(pl.col("location_current"), digits=2)
        self._n_synced += synced.height
        self._has_left_out |= bool(synced.select((province == STUNG_TRENG).any()).item())

    def note_gap(self, findings: Findings) -> None:
        """Report the province that the bridge leaves out (T22)."""
        if not self._has_left_out:
            findings.whole("", table=TABLE, check="T22", action="kept", column="province_code", n=self._n_synced)


def _note_kept(cases: pl.DataFrame, findings: Findings) -> None:
    is_nested = pl.col("protection_concerns").str.contains(NESTED)
    findings.rows(cases, is_nested, table=TABLE, check="T19", action="undone", column="harm_history")
    findings.rows(cases, trials.is_test(), table=TABLE, check="T30", action="kept")
    is_before = (pl.col("closed_on") < pl.col("referred_on")) & ~pl.col("not_closed_on")
    findings.rows(cases, is_before, table=TABLE, check="date_order", action="kept", column="closed_on")
    is_no_place = pl.col("location_current").is_not_null() & pl.col("province_code").is_null()
    findings.rows(cases, is_no_place, table=TABLE, check="unknown_code", action="unknown", column="province_code")


def _quality() -> pl.Expr:
    """Return how far a birth date can be trusted; a first of January says only the year."""
    is_first_of_january = (pl.col("birth_on").dt.month() == 1) & (pl.col("birth_on").dt.day() == 1)
    return (
        pl.when(pl.col("not_birth_date"))
        .then(pl.lit("implausible"))
        .when(pl.col("birth_on").is_null())
        .then(pl.lit("missing"))
        .when(pl.col("is_estimated"))
        .then(pl.lit("estimated"))
        .when(is_first_of_january)
        .then(pl.lit("year_only"))
        .otherwise(pl.lit("exact"))
    )
