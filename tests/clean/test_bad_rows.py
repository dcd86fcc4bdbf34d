"""A fault in any column of any raw file is one clear error that names the file and the line."""

from collections.abc import Iterator

import pandas as pd
import pytest

from analysis import pipeline, sources
from analysis.clean import claims
from analysis.contract import Column, ContractError, Table
from analysis.features import mapping_totals
from analysis.places import UnknownPlace
from analysis.study import ROOT

LINE = 3  # the spoilt one; files are cut after a few lines, since a check sees each of them alike
RENAMED = {"median_m_to_upper_secondary": "median_distance_km", "villages_over_5km_pct": "over_5km_share"}


def cleaners() -> dict[str, str]:
    """Return the cleaner's step of every raw file."""
    steps = [f"clean/{file.stem}" for file in (ROOT / "src/analysis/clean").glob("[!_]*.py")]
    readers = {pipeline.inputs_of(pipeline.module_of(step).build)[0]: step for step in steps}
    return {name: readers[name] for name in sources.names()}


def columns_of(name: str) -> Iterator[tuple[str, Column]]:
    """Yield each column of a raw file with the contract of the column it becomes."""
    table: Table = pipeline.module_of(cleaners()[name]).TABLE
    for printed in sources.read(name).columns:
        yield printed, table.columns[RENAMED.get(printed, printed.replace("_pct", "_share"))]


def faults(column: Column) -> Iterator[tuple[str | None, str]]:
    """Yield values that the column must refuse, with what is said of each."""
    if not column.nullable:
        yield None, "must not be empty"
    if column.dtype != "str":
        in_words = {"Int64": "a whole number", "Float64": "a number", "boolean": "yes or no"}[column.dtype]
        yield "many", f"'many' is not {in_words}"
    if column.dtype in ("Int64", "Float64"):
        yield "1e30" if column.dtype == "Int64" else "1e999", f"is not {in_words}"
    if column.ge == 0 or column.gt == 0:
        yield "-1", "must be at least 0" if column.ge == 0 else "must be above 0"
    elif column.ge is not None:
        yield str(column.ge - 1), f"must be at least {column.ge}"
    if column.le is not None:
        yield "1000000", f"must be at most {column.le}"
    if column.isin:
        yield "1", "must be one of"
    if column.matches:
        yield "? ?", "must match"


VALUES = [
    pytest.param(name, column, value, said, id=f"{name}-{column}-{value}")
    for name in cleaners()
    for column, contract in columns_of(name)
    for value, said in faults(contract)
]


def refusal(name: str, spoilt: pd.DataFrame, monkeypatch, tmp_path) -> str:
    """Return what is said when the cleaner of ``name`` reads the spoilt frame; nothing may be written."""
    monkeypatch.setattr(sources, "read", lambda _: spoilt)
    with pytest.raises(ContractError) as caught:
        pipeline.make_table(cleaners()[name], tmp_path / "table.parquet")
    assert list(tmp_path.iterdir()) == []
    message = str(caught.value)
    assert f"read from {sources.path(name).relative_to(ROOT)}" in message
    return message


def few_rows(name: str) -> pd.DataFrame:
    return sources.read(name).loc[: LINE + 1]


@pytest.mark.parametrize(("name", "column", "value", "said"), VALUES)
def test_a_value_that_cannot_be_is_named_with_its_line(name, column, value, said, monkeypatch, tmp_path):
    spoilt = few_rows(name)
    spoilt.loc[LINE, column] = value
    faulty = [line for line in refusal(name, spoilt, monkeypatch, tmp_path).splitlines() if f"line {LINE}:" in line]
    assert any(said in line for line in faulty), faulty


@pytest.mark.parametrize("name", cleaners())
def test_a_row_that_stands_twice_is_named_with_both_lines(name, monkeypatch, tmp_path):
    rows = few_rows(name)
    again = rows.loc[[LINE]].rename(index={LINE: 99})
    spoilt = pd.concat([rows, again]).rename_axis("line")
    assert f"stands 2 times (lines {LINE}, 99)" in refusal(name, spoilt, monkeypatch, tmp_path)


def test_a_claim_about_an_unknown_province_is_answered_with_the_three_nearest_names(built):
    astray = built("claims").loc[lambda claims: claims["claim_id"] == "mapping-siem-reap-rci-facilities"]
    ledger = claims.TABLE.validated(astray.assign(place="Siem Raep"), "claims")
    with pytest.raises(
        UnknownPlace, match=r"claims_printed\.csv.*\n.*'Siem Raep': nearest are [^,]+, Siem Reap, [^,\n]+\n"
    ):
        mapping_totals.build(ledger, built("areas"), built("provinces"), built("province_aliases"))
