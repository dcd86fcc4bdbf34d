"""A raw file that went wrong: refused by its bytes first; once these are accepted, by the line where it went wrong."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis import __main__, pipeline, sources
from analysis.sources import SourceError
from analysis.study import ROOT

PACKAGE = json.loads((sources.RAW / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}  # of every country
N_ROWS, LINE = 4, 3  # rows of the trials, and the line that is spoilt
Rows = list[list[str]]


@cache
def rows_of(name: str) -> Rows:
    """Return the header and the first rows of a raw file."""
    with (sources.RAW / RESOURCES[name]["path"]).open(encoding="utf-8", newline="") as stream:
        return [cells for cells, _ in zip(csv.reader(stream, strict=True), range(1 + N_ROWS), strict=False)]


def text_of(rows: Rows, **choice) -> str:
    text = io.StringIO()
    csv.writer(text, **{"lineterminator": "\n", **choice}).writerows(rows)
    return text.getvalue()


def with_cell(rows: Rows, text: str) -> Rows:
    """Return the rows with ``text`` behind the first cell of the line to spoil."""
    first, *others = rows[LINE - 1]
    return [*rows[: LINE - 1], [first + text, *others], *rows[LINE:]]


def with_quote(rows: Rows) -> str:
    """Return the file with a quotation mark that opens at the line to spoil."""
    lines = text_of(rows).splitlines(keepends=True)
    return "".join([*lines[: LINE - 1], '"', *lines[LINE - 1 :]])


def with_row(rows: Rows, cells: list[str]) -> str:
    return text_of([*rows[: LINE - 1], cells, *rows[LINE:]])


FAULTS: dict[str, tuple[Callable[[Rows], str | bytes], str]] = {
    "nothing": (lambda rows: b"", "line 1: expected a header and rows, the file is empty"),
    "blank lines": (lambda rows: "\n\n\r\n", "line 1: expected a header and rows, the file is empty"),
    "header alone": (lambda rows: text_of(rows[:1]), "line 2: expected rows below the header, found none"),
    "UTF-16": (lambda rows: text_of(rows).encode("utf-16"), "line 1: this is not a UTF-8 CSV table; save it as"),
    "UTF-16 unmarked": (
        lambda rows: text_of(rows).encode("utf-16-le"),
        r"line \d: (U\+0000 is no sign of a printed table|this is not a UTF-8 CSV table); save it as",
    ),
    "Windows-1252": (
        lambda rows: text_of(with_cell(rows, "MARK")).encode().replace(b"MARK", "é".encode("cp1252")),
        f"line {LINE}: this is not a UTF-8 CSV table",
    ),
    "NUL": (lambda rows: text_of(with_cell(rows, "\0")), rf"line {LINE}: U\+0000 is no sign"),
    "escape": (lambda rows: text_of(with_cell(rows, "\x1b[2J")), rf"line {LINE}: U\+001B is no sign"),
    "letters turned around": (lambda rows: text_of(with_cell(rows, "\u202ex")), rf"line {LINE}: U\+202E is no sign"),
    "letters lost": (lambda rows: text_of(with_cell(rows, "\ufffd")), rf"line {LINE}: U\+FFFD is no sign"),
    "open quote": (with_quote, f"line {LINE}: (a quotation mark does not close|expected .* cells, found)"),
    "cell too many": (lambda rows: with_row(rows, [*rows[LINE - 1], "x"]), f"line {LINE}: expected .* cells, found"),
    "cell too few": (lambda rows: with_row(rows, rows[LINE - 1][:-1]), f"line {LINE}: expected .* cells, found"),
    "cell more in each row": (
        lambda rows: text_of([rows[0], *([*cells, ""] for cells in rows[1:])]),
        "line 2: expected .* cells, found",
    ),
    "semicolons": (lambda rows: text_of(rows, delimiter=";"), "line 1: expected the columns .*; missing: "),
    "column unknown": (
        lambda rows: text_of([[*rows[0], "surprise"], *([*cells, "x"] for cells in rows[1:])]),
        "line 1: .* missing: none; not expected: surprise",
    ),
    "column of a long name": (
        lambda rows: text_of([[*rows[0], "x" * 100_000], *([*cells, ""] for cells in rows[1:])]),
        "line 1: .* not expected: x{80}[.]",
    ),
    "column named twice": (
        lambda rows: text_of([[rows[0][0], rows[0][0], *rows[0][2:]], *rows[1:]]),
        "line 1: .* each once and in this order; missing: [a-z0-9_]+; not expected: none",
    ),
    "another order": (
        lambda rows: text_of([cells[::-1] for cells in rows]),
        "line 1: .* in this order; missing: none; not expected: none",
    ),
    "endless cell": (
        lambda rows: text_of(with_cell(rows, "x" * 200_000)),
        f"line {LINE}: a quotation mark does not close, or a cell has no end",
    ),
}
HARMLESS: dict[str, Callable[[Rows], str | bytes]] = {
    "mark in front": lambda rows: text_of(rows).encode("utf-8-sig"),
    "CRLF": lambda rows: text_of(rows, lineterminator="\r\n"),
    "CR": lambda rows: text_of(rows, lineterminator="\r"),
    "all in quotes": lambda rows: text_of(rows, quoting=csv.QUOTE_ALL),
    "blank line": lambda rows: text_of(rows) + "\n",
}


@pytest.fixture
def accepted(tmp_path) -> Callable[[str, str | bytes], Path]:
    """Return a function that makes a raw folder of one file, whose bytes are recorded as they are."""

    def put(name: str, content: str | bytes) -> Path:
        content = content.encode() if isinstance(content, str) else content
        raw = tmp_path / f"{name}-{hashlib.sha256(content).hexdigest()}"  # what a folder's package says is remembered
        raw.mkdir(exist_ok=True)
        (raw / f"{name}.csv").write_bytes(content)
        recorded = {"path": f"{name}.csv", "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
        package = {"resources": [RESOURCES[name] | recorded]}
        (raw / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        return raw

    return put


@pytest.mark.parametrize("name", RESOURCES)
def test_changed_bytes_are_refused_before_anything_is_read(name, accepted):
    raw = accepted(name, text_of(rows_of(name)))
    assert len(sources.read(name, raw)) == min(N_ROWS, len(rows_of(name)) - 1)
    file = raw / f"{name}.csv"
    for changed in (file.read_bytes() + b"\n", b"", b"\xff" + file.read_bytes()[1:]):
        file.write_bytes(changed)
        with pytest.raises(SourceError, match=rf"{name}.csv has changed: .* git checkout .* make accept FILE=.*csv$"):
            sources.read(name, raw)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_behind_accepted_bytes_is_one_line_that_names_file_and_line(fault, accepted):
    spoil, said = FAULTS[fault]
    for name in RESOURCES:
        raw = accepted(name, spoil(rows_of(name)))
        with pytest.raises(SourceError, match=rf"^\S*/{name}[.]csv, {said}") as caught:
            sources.read(name, raw)
        message = str(caught.value)
        assert message.isprintable(), "one line, and nothing that drives a terminal"
        assert len(message) < 3000
        assert f"make accept FILE={raw / name}.csv" in message


@pytest.mark.parametrize("name", RESOURCES)
def test_each_column_that_is_gone_is_named(name, accepted):
    header, *rows = rows_of(name)
    for at, column in enumerate(header):
        spoilt = text_of([cells[:at] + cells[at + 1 :] for cells in (header, *rows)])
        with pytest.raises(SourceError, match=rf"{name}\.csv, line 1: .*missing: {column}; not expected: none"):
            sources.read(name, accepted(name, spoilt))


@pytest.mark.parametrize("way", HARMLESS)
def test_what_a_spreadsheet_does_to_bytes_alone_changes_no_cell_and_no_line(way, accepted):
    for name in RESOURCES:
        rows = rows_of(name)
        sound, same = (sources.read(name, accepted(name, content)) for content in (text_of(rows), HARMLESS[way](rows)))
        pd.testing.assert_frame_equal(same, sound)
        assert sound.fillna("").to_numpy().tolist() == rows[1:]
        assert sound.index.tolist() == [*range(2, len(rows) + 1)]


def test_a_row_below_a_cell_of_two_lines_has_the_line_on_which_it_begins(accepted):
    name = "province_education"
    rows = with_cell(rows_of(name), "\nx")
    assert sources.read(name, accepted(name, text_of(rows))).index.tolist() == [2, 3, 5, 6]


def test_a_step_ends_with_that_one_line_and_writes_nothing(accepted, tmp_path, monkeypatch, capsys):
    name, to = "province_education", tmp_path / "table.parquet"
    step = next(
        f"clean/{file.stem}"
        for file in (ROOT / "src" / "analysis" / "clean").glob("[!_]*.py")
        if name in pipeline.inputs_of(pipeline.module_of(f"clean/{file.stem}").build)
    )
    raw, read = accepted(name, with_quote(rows_of(name))), sources.read
    monkeypatch.setattr(sources, "read", lambda asked: read(asked, raw))
    assert __main__.main([step, "--to", str(to)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{step}: ")
    assert said.err.count("\n") == 1
    assert not to.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"resources": 7}',
        b'{"resources": [{}]}',
        b'{"resources": [{"name": "a", "path": null, "hash": "", "schema": {"fields": []}}]}',
        b'{"resources": [{"name": "a", "path": "a", "hash": "", "schema": {"fields": "x"}}]}',
        b"[" * 100_000,
        '{"resources": []}'.encode("utf-16"),
    ],
    ids=range(10),
)
def test_a_description_that_is_none_is_named_with_what_to_do(content, tmp_path):
    (tmp_path / "datapackage.json").write_bytes(content)
    said = r"datapackage\.json does not describe the raw files .*git checkout"
    with pytest.raises(SourceError, match=said) as caught:
        sources.names(tmp_path)
    assert "\n" not in str(caught.value)
