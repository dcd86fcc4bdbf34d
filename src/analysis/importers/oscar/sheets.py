"""What kind of sheet lies here, by its labels, and its fields as text. Tab names and positions decide nothing."""

import difflib
from dataclasses import dataclass

import polars as pl

from analysis.importers import labels, reading
from analysis.importers.faults import refused, shortened
from analysis.importers.reading import Grid

SYSTEM = "oscar"
LEAST_LABELS = 10  # that only one system writes together
LEAST_LIKENESS = 0.6  # of two labels, so that no cell of a sheet without a header is quoted as its nearest label
SIGNS = {  # fields by which a kind is known, and how many of them must stand in the header
    "clients": (2, {"gender", "status", "birth_date", "referred_on", "accepted_on", "exited_on", "risk_level"}),
    "families": (2, {"id", "family_id", "family_type", "household_size", "monthly_income", "female_children"}),
    "case_notes": (1, {"done_on"}),
    "assessments": (1, {"created_on", "completed_on", "ordinal"}),
    "care_plans": (1, {"planned_on", "ordinal"}),
    "custom_forms": (1, {"ordinal"}),
    "trackings": (1, {"ordinal"}),
    "users": (1, {"permission"}),
}
INDISPENSABLE = dict.fromkeys(("clients", "case_notes", "assessments"), "id")
NAMES = ("given_name", "family_name", "given_name_km", "family_name_km")
TEST_NAME = r"(?i)\btest\b|តេស្ត"


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet: ``sheet``, ``row`` and a text column a field, missing where the sheet has no label."""

    grid: Grid
    system: str
    kind: str
    rows: pl.DataFrame
    carried: frozenset[str]

    def has(self, *fields: str) -> bool:
        """Tell whether the sheet has a column for any of ``fields``."""
        return not self.carried.isdisjoint(fields)


def kind_of(grid: Grid, system: str, signs: dict[str, tuple[int, set[str]]]) -> str:
    """Return the kind of sheet most of whose labels stand in the header, "" if the signs of none do."""
    scores = {}
    for kind, (least, fields) in signs.items():
        matched = labels.matched(grid, system, kind)
        if len(fields & matched.positions.keys()) >= least:
            scores[kind] = sum(map(bool, grid.header)) - len(matched.unknown)
    return max(scores, key=scores.__getitem__, default="")


def opened(grid: Grid, kind: str, system: str = SYSTEM, *, needed: str = "") -> Sheet:
    """Return the fields of a sheet as text; of a field with several columns the first that is filled counts.

    Raises ``ExportError`` that names the nearest label if the column of the ``needed`` field is missing.
    """
    positions = labels.matched(grid, system, kind).positions
    if needed and needed not in positions:
        raise _without(grid, kind, system, needed)
    columns = {f"{field} {n}": at for field, places in positions.items() for n, at in enumerate(places)}
    cells = reading.read(grid, columns)
    rows = cells.select("sheet", "row", *(_field(field, positions) for field in _fields(system, kind)))
    return Sheet(grid, system, kind, rows, frozenset(positions))


def with_fields(sheet: Sheet, system: str, kind: str) -> Sheet:
    """Return ``sheet`` with a column for each field that the same kind of sheet of another system has, missing here."""
    absent = [field for field in _fields(system, kind) if field not in sheet.rows.columns]
    rows = sheet.rows.with_columns(pl.lit(None, pl.String).alias(field) for field in absent)
    return Sheet(sheet.grid, sheet.system, sheet.kind, rows, sheet.carried)


def is_test_record(sheet: Sheet) -> pl.Series:
    """Return which rows bear a name that only a test record has (T30). The names themselves are never kept."""
    names = _letters(sheet.system, sheet.kind, NAMES)
    named = [position for position, label in enumerate(sheet.grid.header) if labels.normalised(label) in names]
    if not named:
        return pl.repeat(False, sheet.rows.height, eager=True)
    tested = reading.is_match(sheet.grid, named, TEST_NAME).filter("is_match")["row"]
    return sheet.rows["row"].is_in(tested.implode())


def is_khmer(sheet: Sheet) -> bool:
    """Tell whether columns are read by Khmer labels (T10)."""
    of_kind = labels.aliases(sheet.system).filter(pl.col("sheet_kind") == sheet.kind)
    khmer = of_kind.filter(pl.col("language") == "km", pl.col("handling") == "read")["label"]
    return not set(map(labels.normalised, khmer)).isdisjoint(map(labels.normalised, sheet.grid.header))


def _field(field: str, positions: dict[str, list[int]]) -> pl.Expr:
    places = range(len(positions.get(field, ())))
    return (pl.coalesce(pl.col(f"{field} {n}") for n in places) if places else pl.lit(None, pl.String)).alias(field)


def _fields(system: str, kind: str) -> list[str]:
    read = labels.aliases(system).filter(pl.col("sheet_kind") == kind, pl.col("handling") == "read")
    return read["field"].unique(maintain_order=True).to_list()


def _letters(system: str, kind: str, fields: tuple[str, ...]) -> set[str]:
    named = labels.aliases(system).filter(pl.col("sheet_kind") == kind, pl.col("field").is_in(fields))
    return {labels.normalised(label) for label in named["label"]}


def _without(grid: Grid, kind: str, system: str, field: str) -> Exception:
    """Return the error for a missing column: the label expected and the nearest one that is there."""
    known = labels.aliases(system).filter(pl.col("sheet_kind") == kind, pl.col("field") == field)["label"].to_list()
    written = {labels.normalised(label): label for label in labels.matched(grid, system, kind).unknown}
    near = [
        written[found]
        for label in known
        for found in difflib.get_close_matches(labels.normalised(label), written, n=1, cutoff=LEAST_LIKENESS)
    ]
    nearest = f"the nearest label is {shortened(near[0])!r}" if near else "no label is near it"
    return refused(
        grid.file,
        f"no column {known[0]!r}; {nearest}",
        f"Write {known[0]!r} above the column that holds it, or add its label to the importer's table of labels.",
        grid.sheet,
    )


def share_of_labels(grid: Grid, system: str, kind: str) -> float:
    """Return how many of a header's labels a kind of sheet is known to have: a share, more where there are many."""
    n_labels = sum(map(bool, grid.header))
    n_known = n_labels - len(labels.matched(grid, system, kind).unknown)
    by_number = n_known / (n_known + 1) if n_known >= LEAST_LABELS else 0.0  # organisations add columns of their own
    return max(n_known / n_labels, by_number)
