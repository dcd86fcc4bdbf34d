"""Tables as read, made small and safe: ids become keys, words become categories, a place becomes one number.

``at`` is the place of a row: the number of its sheet among all sheets, and its row in it. Sheets are numbered over
all files, so that a place is unique in an import.
"""

import polars as pl

from analysis.importers.keys import pseudonyms

SHARED_IDS = {  # column as read: the namespace of its key; from the strongest to the weakest id
    "global_id": "global_id",  # = oscar_number of Primero
    "case_uuid": "case_id",  # = external_id of OSCaR
    "mosvy_number": "mosvy_number",
    "slug": "slug",  # = oscar_short_id of Primero
}
REFERENCES = {  # column as read, which holds its namespace: the column of its key
    "case_ref": "case",
    "household_ref": "household",
    "assessment_ref": "assessment_id",
    "placement_ref": "placement_id",
    "followup_ref": "followup_id",
    "support_ref": "support_id",
    "referral_ref": "referral_id",
    "member_ref": "member_id",
}
ROW_BITS = 2**32
NAMES = {"facility_list_rows": ("name_latin", "name_km", "operator_name")}  # stay text; they go to restricted lists


def keyed(frame: pl.DataFrame, table: str, key: bytes, sheet_numbers: dict[str, int], digest: str) -> pl.DataFrame:
    """Return a table as read with keys for ids and ``at`` for sheet and row; ``digest`` is that of its file."""
    references = [name for name in REFERENCES if name in frame.columns]
    columns = [pseudonyms(frame[name], key).alias(REFERENCES[name]) for name in references]
    if table == "case_records":
        columns += _of_cases(frame, key)
    if table == "facility_list_rows":
        place = _text(frame, pl.format(f"list_row:{digest}/{{}}/{{}}", pl.col("sheet").fill_null(""), "row"))
        columns.append(pseudonyms(place, key).alias("row_id"))
    sheet = pl.col("sheet").fill_null("").replace_strict(sheet_numbers).cast(pl.UInt64)
    at = sheet * ROW_BITS + pl.col("row").cast(pl.UInt64)
    dropped = ["sheet", "row", *references, *({*SHARED_IDS, "worker"} & set(frame.columns))]
    rest = frame.with_columns(at=at).drop(dropped)
    return rest.with_columns(columns).with_columns(_as_categories(rest, NAMES.get(table, ())))


def _of_cases(records: pl.DataFrame, key: bytes) -> list[pl.Series]:
    shared = [
        pseudonyms(_text(records, pl.format(f"{namespace}:{{}}", column)), key).alias(column)
        for column, namespace in SHARED_IDS.items()
    ]
    episode = _text(records, pl.format("{}/{}", "case_ref", "episode"))
    worker = _text(records, pl.format("worker:{}/{}", pl.col("agency").fill_null(""), "worker"))
    return [*shared, pseudonyms(episode, key).alias("case_id"), pseudonyms(worker, key).alias("worker_key")]


def _text(frame: pl.DataFrame, expression: pl.Expr) -> pl.Series:
    return frame.select(expression.alias("id")).to_series()


def _as_categories(frame: pl.DataFrame, but: tuple[str, ...]) -> list[pl.Expr]:
    words = [name for name, dtype in frame.schema.items() if dtype == pl.String and name not in but]
    return [pl.col(name).cast(pl.Categorical) for name in words]
