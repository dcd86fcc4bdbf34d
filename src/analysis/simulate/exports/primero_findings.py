"""The faults that stand in one file of Primero cases, as a perfect reader reports them."""

import polars as pl

from analysis.simulate.exports import primero_codes as codes
from analysis.simulate.exports.primero_cases import NOT_SYNCED, UNLISTED_CAUSE
from analysis.simulate.exports.primero_expected import is_closed_in_future
from analysis.simulate.exports.primero_expected_contacts import REFERRALS, is_ambiguous
from analysis.simulate.exports.primero_file import SUBFORMS, PrimeroFile
from analysis.simulate.exports.primero_rates import RATES
from analysis.simulate.planted import Planted

LOCAL = r"_\d{5}$"
SCORES = [f"{domain}_rate" for domains in RATES.values() for domain in domains]


def note_rows(planted: Planted, file: PrimeroFile, *, names_are_seen: bool, is_double_encoded: bool) -> None:
    """Note the faults of single rows; ``names_are_seen`` where a reader may look at names for test records."""
    from_oscar = pl.col("oscar_number").is_not_null()
    early = ~is_closed_in_future() & (pl.col("date_closure") < pl.col("registration_date"))
    is_test = pl.col("for_testing") | (pl.col("is_named_test") & names_are_seen)
    arrays = is_double_encoded & pl.col("is_double_encoded") & (pl.col("protection_concerns").list.len() > 0)
    faults = {
        ("birth_date", "T16", "unknown"): pl.col("birth_error").is_not_null(),
        ("risk_level", "T17", "unknown"): from_oscar & (pl.col("risk_level") == "no_action"),
        ("age_recorded", "T18", "unknown"): from_oscar & (pl.col("age") == 0),
        ("harm_history", "T19", "undone"): arrays,
        ("", "T30", "kept"): is_test,
        ("separation_reason", "unknown_code", "unknown"): pl.col("separation_cause").list.contains(UNLISTED_CAUSE),
        ("closed_on", "future_date", "unknown"): is_closed_in_future(),
        ("closed_on", "date_order", "kept"): early,
    }
    for (column, check, action), where in faults.items():
        _note(planted, file, file.accepted.filter(where), "case_records", column, check, action)
    scored = pl.any_horizontal(~pl.col(SCORES).is_between(1, 4))
    _note(planted, file, file.accepted.filter(scored), "assessments", "score", "score_out_of_range", "unknown")
    for reason in ("duplicate_row", "no_id"):
        rejected = file.cases.filter(pl.col("rejected") == reason)
        _note(planted, file, rejected, "case_records", "case_ref", reason, "rejected")
    _note_services(planted, file)
    _note_orphans(planted, file)


def note_columns(planted: Planted, file: PrimeroFile, checks: dict[tuple[str, str, str], pl.Expr]) -> None:
    """Note the distortions of whole columns: {(table, column, check): which accepted records have it}."""
    for (table, column, check), where in checks.items():
        n = file.accepted.filter(where).height
        if n:
            _note_sheet(planted, file, file.cases["sheet"][0], table, column, check, n)
    known = file.accepted.filter(pl.col("oscar_number").is_not_null())
    if known.height and not (known["village_code"].str.head(2) == NOT_SYNCED).any():
        planted.fault(
            file.name,
            "",
            None,
            table="case_records",
            column="province_code",
            check="T22",
            action="kept",
            n=known.height,
        )


def lost_zero() -> pl.Expr:
    """Return where a location code lost its leading zero."""
    return pl.col("location_current").str.len_chars() % 2 == 1


def local_codes() -> dict[tuple[str, str, str], pl.Expr]:
    """Return the columns with codes of one country's own, by table, column and check."""
    concern = pl.col("protection_concerns").list.eval(pl.element().str.contains(LOCAL)).list.any()
    return {
        ("case_records", "referral_source", "T25"): pl.col("source_of_referral").str.contains(LOCAL),
        ("case_records", "harm_history", "T25"): concern,
    }


def note_local_reasons(planted: Planted, file: PrimeroFile) -> None:
    """Note local codes among the reasons for a change of carer."""
    rows = file.rows_of("arrangements").filter(pl.col("child_caregiver_reason_change").str.contains(LOCAL))
    if rows.height:
        _note_sheet(planted, file, rows["sheet"][0], "placements", "end_reason", "T25", rows.height)


def _note_services(planted: Planted, file: PrimeroFile) -> None:
    services = file.rows_of("services")
    is_referral = pl.col("service_response_type").is_in(REFERRALS)
    no_target = pl.col("service_subtype").list.eval(pl.element().is_in(codes.NO_TARGET)).list.any()
    for table, of_table in (("support", ~is_referral), ("referrals", is_referral)):
        for check, where in (("T23", is_ambiguous()), ("T24", no_target)):
            rows = services.filter(of_table, where).unique("row", maintain_order=True)
            _note(planted, file, rows, table, "service_code", check, "unknown")


def _note_orphans(planted: Planted, file: PrimeroFile) -> None:
    for frame, (_, table) in SUBFORMS.items():
        rows = getattr(file, frame)
        if "is_orphan" in rows.columns:
            kept = file.rows_of(frame)
            lost = rows.join(kept.select("sheet", "row"), on=["sheet", "row"], how="anti", maintain_order="left")
            _note(planted, file, lost, table, "case_ref", "orphan_row", "rejected")


def _note(
    planted: Planted, file: PrimeroFile, rows: pl.DataFrame, table: str, column: str, check: str, action: str
) -> None:
    for (sheet,), of_sheet in rows.group_by("sheet", maintain_order=True):
        places = of_sheet["row"].to_list()
        planted.fault(file.name, sheet, places, table=table, column=column, check=check, action=action)


def _note_sheet(planted: Planted, file: PrimeroFile, sheet: str, table: str, column: str, check: str, n: int) -> None:
    planted.fault(file.name, sheet, None, table=table, column=column, check=check, action="undone", n=n)
