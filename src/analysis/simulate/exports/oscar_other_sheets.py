"""Sheets that fill no table of ours: care plans, an agency's own form, and a tracking form with a long name."""

import polars as pl

from analysis.simulate.exports import private
from analysis.simulate.exports.oscar_labels import DOMAINS
from analysis.simulate.exports.oscar_sheets import Fault, PrintedSheet, text, with_count, with_rows
from analysis.simulate.exports.oscar_stored import Stored
from analysis.simulate.exports.oscar_words import iso

FRONT = ("#", "Client ID", "Given Name (Latin)", "Family Name (Latin)")
FRONT_CELLS = ("count", "slug", "given_latin", "family_latin")
GOALS = ("1A", "3A", "6B")
FORM_NAME, FORM_LABELS = "Home Visit Checklist", ("What did the family eat this week", "Water in the house", "Comment")
MEALS = ("Rice | Fish", "Rice | Vegetables | Egg", "Rice", "Rice | Soup, with vegetables")
TRACKING_NAME = "Monthly Follow Up Visit Of Family And Child"
LONGEST_TAB = 31  # letters that Excel keeps of a tab's name


def care_plan_sheet(stored: Stored, agency: str, names: pl.DataFrame) -> PrintedSheet:
    """Return the care plans of one agency; the completed date is the day the plan was made (T03)."""
    rows = stored.plans.filter(pl.col("agency") == agency)
    cells = _with_front(rows, names).with_columns(
        planned=iso(pl.col("plan_on")),
        created=iso(pl.col("plan_on").dt.offset_by("1d")),
        **{f"goal_{code}": pl.lit(private.latin(f"goal-{code}", [0])[0]) for code in GOALS},
    )
    header = (*FRONT, "Care plan #", "Care Plan Date", "Care Plan Completed Date")
    goals = tuple(f"Goal for {DOMAINS[code]}" for code in GOALS)
    kept = (*FRONT_CELLS, "ordinal", "planned", "created", *(f"goal_{code}" for code in GOALS))
    return _sheet("Care Plan", (*header, *goals), cells.select(kept), [Fault("T03", "undone", "", "", n=cells.height)])


def form_sheet(stored: Stored, agency: str, names: pl.DataFrame) -> PrintedSheet:
    """Return the answers to an agency's own form; several answers to a question are joined by |."""
    rows = stored.plans.filter((pl.col("agency") == agency) & (pl.col("position") % 2 == 0))
    cells = _with_front(rows, names).with_columns(
        created=iso(pl.col("plan_on").dt.offset_by("14d")),
        meals=(pl.col("position") % len(MEALS)).replace_strict(dict(enumerate(MEALS)), return_dtype=pl.String),
        water=pl.when(pl.col("position") % 3 > 0).then(pl.lit("Yes")).otherwise(pl.lit("No")),
        note=pl.Series(private.notes(rows["position"]), dtype=pl.String),
    )
    kept = cells.select(*FRONT_CELLS, "ordinal", "created", "meals", "water", "note")
    return _sheet(FORM_NAME, (*FRONT, "Custom Form #", "Created Date", *FORM_LABELS), kept, [])


def tracking_sheet(stored: Stored, agency: str, names: pl.DataFrame) -> PrintedSheet:
    """Return the answers to a tracking form whose name is longer than a tab can show (T32)."""
    rows = stored.plans.filter((pl.col("agency") == agency) & (pl.col("position") % 5 == 0))
    cells = _with_front(rows, names).with_columns(
        created=iso(pl.col("plan_on").dt.offset_by("30d")),
        note=pl.Series(private.notes(rows["position"]), dtype=pl.String),
    )
    kept = cells.select(*FRONT_CELLS, "ordinal", "created", "note")
    cut = Fault("T32", "undone", "", "")
    return _sheet(TRACKING_NAME[:LONGEST_TAB], (*FRONT, "Tracking #", "Created Date", "What was seen"), kept, [cut])


def _with_front(rows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    named = rows.join(names, on="slug", how="left", maintain_order="left")
    return with_rows(with_count(named)).with_columns(ordinal=text(pl.int_range(1, pl.len() + 1).over("slug")))


def _sheet(name: str, header: tuple[str, ...], cells: pl.DataFrame, faults: list[Fault]) -> PrintedSheet:
    continued = Fault("T04", "undone", "", "", n=cells["count"].null_count())
    return PrintedSheet(name, header, cells, faults=[*faults, continued])
