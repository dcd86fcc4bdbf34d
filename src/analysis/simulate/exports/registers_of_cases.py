"""Registers whose lines are about a case: what was bought, how homes were found, which goals were set."""

import numpy as np
import pandas as pd
import polars as pl

from analysis.simulate.exports import register_cells as cells
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.register_cells import Register
from analysis.simulate.exports.workbook import Cell
from analysis.simulate.world import World
from analysis.study import Study

YES_NO = {True: "Yes", False: "No", None: None}
NOT_ASSESSED, SIBLINGS = "not_assessed", "siblings_together"


def cost_lines(world: World, numbers: pl.DataFrame, faults: Study, rng: np.random.Generator) -> Register:
    """Return the ledgers of all agencies as one register."""
    rows = _named(world.cost_lines, numbers)
    category, read_category, odd = cells.with_odd(rows["cost_category"], faults, rng)
    unreadable = struck(rng, rows["amount"].is_not_null().to_numpy(), faults.unreadable_number)
    is_percent = rng.random(rows.height) < faults.percent_share
    funder = [f"Fund {number:02d}" for number in rows["funder_no"]]
    receipt = rows.select(_receipt()).to_series()
    percent = (100 * pl.col("covered_share")).round()
    typed = {
        **_reference(rows),
        "Spent on": rows["spent_on"].to_list(),
        "Cost category": category,
        "Amount": _or(unreadable, cells.ODD_NUMBER, rows["amount"].to_list()),
        "Currency": rows["currency"].to_list(),
        "Funder": funder,
        "Paid": cells.words(rows["paid"], faults.other_case, rng),
        "Covered share": [
            _share(*of_line)
            for of_line in zip(rows["covered_share"], rows.select(percent).to_series(), is_percent, strict=True)
        ],
        "Externally supported": [YES_NO[answer] for answer in rows["externally_supported"]],
        "Receipt": receipt.to_list(),
    }
    read = rows.with_columns(
        cost_category=read_category,
        amount=pl.when(~pl.Series(unreadable)).then("amount"),
        currency=pl.col("currency").fill_null("unknown"),
        funder=pl.Series(funder, dtype=pl.String),
        funder_ref=pl.Series([f"funder:{name.lower()}" for name in funder], dtype=pl.String),
        covered_share=pl.when(pl.Series(is_percent)).then(percent / 100).otherwise("covered_share"),
        is_externally_supported="externally_supported",
        receipt_ref=pl.lit("receipt:") + receipt.str.to_lowercase().str.replace("-", ""),
    )
    flags = {
        ("cost_category", "unknown_code", "unknown"): odd,
        ("amount", "unreadable_number", "unknown"): unreadable,
    }
    return Register("cost_lines", "Cost lines", typed, read, flags)


def household_checks(world: World, numbers: pl.DataFrame, faults: Study, rng: np.random.Generator) -> Register:
    """Return the checks of homes, a line a visit with a column an item."""
    answers = world.household_checks
    visits = answers.drop_duplicates("check_no")[["check_no", "case_no", "checked_on", "occasion"]]
    visits = visits.merge(world.cases[["case_no", "agency"]], on="case_no", validate="m:1")
    rows = _named(visits, numbers)
    found = {item: _text(of_item["answer"]) for item, of_item in answers.groupby("item", sort=False)}
    told = _text(answers.loc[answers["item"] == SIBLINGS, "reason"])
    typed = {
        **_reference(rows),
        "Checked on": rows["checked_on"].to_list(),
        "Occasion": cells.words(rows["occasion"], faults.other_case, rng),
        **{_header(item): _answers(answer, faults, rng) for item, answer in found.items()},
        "Reason siblings apart": cells.words(told, faults.other_case, rng),
    }
    named = rows.with_columns(reason=told, **found).unpivot(
        list(found), index=[*rows.columns, "reason"], variable_name="item", value_name="answer"
    )
    is_apart = (pl.col("item") == SIBLINGS) & (pl.col("answer") == "not_met")
    read_reason = pl.when(is_apart).then(pl.col("reason").fill_null("unknown"))
    read = named.with_columns(reason=read_reason).sort("line", maintain_order=True)
    return Register("household_checks", "Household checks", typed, read)


def plan_goals(world: World, numbers: pl.DataFrame, faults: Study, rng: np.random.Generator) -> Register:
    """Return the goals of care plans with what nobody wrote down left blank."""
    agency = world.cases[["case_no", "agency"]]
    rows = _named(world.plan_goals.merge(agency, on="case_no", validate="m:1"), numbers)
    blank = {
        name: pl.col("left_blank").str.split("|").list.contains(name) for name in ("due_on", "completed_on", "status")
    }
    early = struck(rng, rows["completed_on"].is_not_null().to_numpy(), faults.completed_before_set)
    before = pl.col("set_on") - pl.duration(days=pl.lit(pl.Series(rng.integers(1, 60, rows.height))))
    dated = rows.with_columns(completed_on=pl.when(pl.Series(early)).then(before).otherwise("completed_on"))
    told = dated.with_columns(**{name: pl.when(~is_blank).then(name) for name, is_blank in blank.items()})
    area, read_area, odd = cells.with_odd(rows["area"], faults, rng)
    typed = {
        **_reference(told),
        "Area": area,
        **{_header(name): told[name].to_list() for name in ("set_on", "due_on", "completed_on")},
        "Status": cells.words(told["status"], faults.other_case, rng),
    }
    read = told.with_columns(area=read_area, status=pl.col("status").fill_null("unknown"))
    flags = {
        ("area", "unknown_code", "unknown"): odd,
        ("completed_on", "date_order", "kept"): early & told["completed_on"].is_not_null().to_numpy(),
    }
    return Register("plan_goals", "Plan goals", typed, read, flags)


def _named(frame: pd.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Return lines with how they name their case; a line of no case names none."""
    return cells.rows_of(frame).join(numbers, on="case_no", how="left", maintain_order="left", validate="m:1")


def _reference(rows: pl.DataFrame) -> dict[str, list[Cell]]:
    return {
        "System": rows["System"].to_list(),
        "Agency": cells.agencies(rows["agency"]),
        "Case number": rows["Case number"].to_list(),
    }


def _receipt() -> pl.Expr:
    """Return the number of a receipt, which begins with its agency: no two agencies have one number."""
    number = pl.col("receipt_no").cast(pl.String).str.zfill(6)
    return pl.format("{}-{}", pl.col("agency").str.to_uppercase(), number).alias("receipt")


def _text(words: pd.Series) -> pl.Series:
    return pl.Series([None if pd.isna(word) else word for word in words], dtype=pl.String)


def _answers(answer: pl.Series, faults: Study, rng: np.random.Generator) -> list[Cell]:
    """Return answers as words; most items left out stand as blank cells."""
    typed = cells.words(answer, faults.other_case, rng)
    is_said = rng.random(len(typed)) < faults.not_assessed_said
    triples = zip(answer, typed, is_said, strict=True)
    return [None if code == NOT_ASSESSED and not said else cell for code, cell, said in triples]


def _share(share: float | None, percent: float | None, is_percent: bool) -> Cell:
    return None if share is None else f"{percent:.0f}%" if is_percent else share


def _or(is_odd: np.ndarray, odd: str, plain: list[Cell]) -> list[Cell]:
    return [odd if flag else cell for flag, cell in zip(is_odd, plain, strict=True)]


def _header(name: str) -> str:
    return name.replace("_", " ").capitalize()
