"""The sheet of a screening: each facility on its row, each answer in some word for it, and the faults where noted."""

from types import SimpleNamespace

import numpy as np
import openpyxl
import polars as pl
import pytest

from analysis.simulate import block, parameters
from analysis.simulate.exports import facility_screening
from analysis.simulate.exports import screening_words as words
from analysis.simulate.planted import Planted

NUMBERS = parameters.load()
PREFIX = "part-0001/"
FILE = PREFIX + words.SCREENING.file
N_IDENTITY = len(words.SCREENING.columns) + 1  # with the role


@pytest.fixture(scope="module")
def world():
    return block.build(NUMBERS, 4, 1, 1.0)


def write(world, folder) -> Planted:
    folder.mkdir()
    planted = Planted()
    facility_screening.write(world, folder, PREFIX, planted, NUMBERS, np.random.default_rng(8))
    return planted


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("screening")
    write(world, folder / "exports").write(folder / "truth")
    truth = folder / "truth"
    return SimpleNamespace(
        file=folder / "exports" / words.SCREENING.file,
        sheet=openpyxl.load_workbook(folder / "exports" / words.SCREENING.file)[facility_screening.TAB],
        faults=pl.read_parquet(truth / "faults.parquet"),
        links=pl.read_parquet(truth / "list_links.parquet"),
        rows=pl.read_parquet(truth / "expected" / "facility_list_rows.parquet"),
        answers=pl.read_parquet(truth / "expected" / "screening_answers.parquet"),
    )


def cells(written):
    """Return each answer with the two cells it was typed into."""
    heads = [cell.value for cell in written.sheet[facility_screening.N_ROWS_ABOVE - 1]]
    place = {head.split()[0].rstrip("."): at for at, head in enumerate(heads) if at >= N_IDENTITY and head}
    for row in written.answers.to_dicts():
        typed = [cell.value for cell in written.sheet[row["row"]]]
        at = place[row["item_id"]]
        yield row, typed[at], typed[at + 1]


def test_every_row_below_the_header_is_a_facility(world, written):
    first = facility_screening.N_ROWS_ABOVE + 1
    assert written.rows["row"].to_list() == list(range(first, written.sheet.max_row + 1))
    assert written.links["facility_no"].to_list() == world.screenings["facility_no"].tolist()
    assert set(written.rows["list_id"]) == {"screening_2016"}
    for row in written.rows.to_dicts():
        assert written.sheet.cell(row["row"], 4).value == row["name_latin"]
        assert written.sheet.cell(row["row"], 5).value == row["name_km"]


def test_each_answer_stands_in_a_word_for_it(written):
    said = {}
    for row, typed, _ in cells(written):
        said.setdefault(row["response"], set()).add(type(typed) if isinstance(typed, int) else typed)
    assert said["yes"] == {"Yes", "Y", "មាន", int}
    assert said["no"] == {"No", "n", "គ្មាន", int}
    assert said["unknown"] == {"Unknown", "DK", "?", "មិនដឹង", words.ODD_ANSWER, None}
    assert said["not_assessed"] == {None, "n/a"}


def test_a_number_stands_only_where_children_are_asked_about(written):
    numbers = [(row, typed) for row, typed, _ in cells(written) if isinstance(typed, int)]
    assert numbers
    assert {row["level"] for row, _ in numbers} == {"child"}
    assert all((typed > 0) == (row["response"] == "yes") for row, typed in numbers)


def test_a_fault_stands_where_it_is_noted(written):
    def rows(check, column):
        return set(written.faults.filter(check=check, column=column)["row"])

    found = {"odd": set(), "forgotten": set(), "odd grade": set()}
    for row, typed, evidence in cells(written):
        found["odd"] |= {row["row"]} if typed == words.ODD_ANSWER else set()
        found["odd grade"] |= {row["row"]} if evidence == words.ODD_GRADE else set()
        found["forgotten"] |= {row["row"]} if typed is None and evidence not in (None, "n/a") else set()
    assert found["odd"] == rows("unknown_code", "response")
    assert found["odd grade"] == rows("unknown_code", "evidence_grade")
    assert found["forgotten"] == rows("evidence_without_answer", "response")
    assert all(found.values())


def test_personal_content_is_marked(written):
    at = [field for field, _ in words.SCREENING.columns].index("_assessor") + 1
    values = [written.sheet.cell(row, at).value for row in written.rows["row"]]
    assert all(value.startswith("ឯកជន") for value in values)


def test_the_same_generator_gives_the_same_bytes(world, written, tmp_path):
    write(world, tmp_path / "again")
    assert (tmp_path / "again" / words.SCREENING.file).read_bytes() == written.file.read_bytes()
