import datetime as dt
import re
from types import SimpleNamespace

import numpy as np
import openpyxl
import polars as pl
import pytest

from analysis import places, sources
from analysis.simulate import block, parameters
from analysis.simulate.exports import facility_lists
from analysis.simulate.exports.facility_dates import read_dates
from analysis.simulate.exports.facility_layouts import INFORMANTS, INSPECTION, LAYOUTS, MAPPING
from analysis.simulate.planted import Planted

NUMBERS = parameters.load()
PREFIX = "part-0001/"
KHMER = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
SHEETS = [(layout, sheet) for layout in LAYOUTS for sheet in layout.sheets]
each_sheet = pytest.mark.parametrize(
    ("layout", "sheet"), SHEETS, ids=[f"{part[0].list_id}-{part[1]}" for part in SHEETS]
)


@pytest.fixture(scope="module")
def world():
    return block.build(NUMBERS, 4, 1, 0.5)


def write(world, folder) -> Planted:
    folder.mkdir()
    planted = Planted()
    facility_lists.write(world, folder, PREFIX, planted, NUMBERS, np.random.default_rng(8))
    return planted


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    write(world, folder / "exports").write(folder / "truth")
    books = {layout.file: openpyxl.load_workbook(folder / "exports" / layout.file) for layout in LAYOUTS}
    return SimpleNamespace(
        folder=folder / "exports",
        books=books,
        faults=pl.read_parquet(folder / "truth" / "faults.parquet"),
        rows=pl.read_parquet(folder / "truth" / "expected" / "facility_list_rows.parquet"),
        links=pl.read_parquet(folder / "truth" / "list_links.parquet"),
    )


def expected(written, layout, sheet) -> list[dict]:
    rows = written.rows.filter(file=PREFIX + layout.file, sheet=sheet).to_dicts()
    assert rows
    return rows


def cells(written, layout, sheet, row: int) -> dict:
    """Return the cells of a row by field."""
    tab = written.books[layout.file][sheet]
    return {field: tab.cell(row, position).value for position, (field, *_) in enumerate(layout.columns, 1)}


def fault_rows(written, layout, sheet, check: str) -> set[int]:
    return set(written.faults.filter(file=PREFIX + layout.file, sheet=sheet, check=check)["row"].to_list())


def number(cell) -> int | None:
    return None if cell is None else int(str(cell).translate(KHMER))


@each_sheet
def test_a_facility_stands_at_its_row(written, layout, sheet):
    for row in expected(written, layout, sheet):
        typed = cells(written, layout, sheet, row["row"])
        assert (typed["name_latin"], typed["name_km"]) == (row["name_latin"], row["name_km"])
        assert row["name_latin"] or row["name_km"]
        assert number(typed["residents_u18_f"]) == row["residents_u18_f"]
        assert number(typed["residents_u18"]) == row["residents_u18"]
        for code in ("district_code", "commune_code"):
            assert code not in typed or str(typed[code]).zfill(len(row[code])) == row[code]
        words = layout.words["facility_type"]
        assert words.get(row["facility_type"], layout.odd_type) == typed["facility_type"]


@each_sheet
def test_the_province_stands_once_over_its_rows(written, layout, sheet):
    tab = written.books[layout.file][sheet]
    column = [field for field, *_ in layout.columns].index("province") + 1
    merged = {
        (area.min_row, area.max_row) for area in tab.merged_cells.ranges if area.min_col == area.max_col == column
    }
    aliases = sources.read("province_aliases_printed")
    rows = expected(written, layout, sheet)
    for province in {row["province_code"] for row in rows}:
        numbers = [row["row"] for row in rows if row["province_code"] == province]
        assert numbers == list(range(numbers[0], numbers[-1] + 1))
        assert len(numbers) == 1 or (numbers[0], numbers[-1]) in merged
        name = places.pd.Series([tab.cell(numbers[0], column).value])
        assert places.resolve_provinces(name, aliases).tolist() == [province]


@each_sheet
def test_every_row_below_the_header_is_a_facility_or_a_fault(written, layout, sheet):
    tab = written.books[layout.file][sheet]
    first = len(layout.titles) + 2 + (1 if not layout.has_groups else 2)
    seen = {row["row"] for row in expected(written, layout, sheet)}
    rejected = set(written.faults.filter(file=PREFIX + layout.file, sheet=sheet, action="rejected")["row"].to_list())
    assert not seen & rejected
    assert seen | rejected == set(range(first, tab.max_row + 1))


@each_sheet
def test_subtotals_are_the_sums_unless_said_otherwise(written, layout, sheet):
    rows = {row["row"]: row for row in expected(written, layout, sheet)}
    totals = sorted(fault_rows(written, layout, sheet, "subtotal_row"))
    mismatches = fault_rows(written, layout, sheet, "total_mismatch")
    counted = [
        field for field, *_ in layout.columns if field in ("residents_u18_f", "residents_u18_m", "residents_u18")
    ]
    start = 0
    for total in totals:
        above = [row for at, row in rows.items() if (start if total != totals[-1] else 0) < at < total]
        sums = {field: sum(row[field] or 0 for row in above) for field in counted}
        typed = cells(written, layout, sheet, total)
        assert any(sums[field] != typed[field] for field in counted) == (total in mismatches)
        start = total
    for at, row in rows.items():
        girls, boys, children = (row[field] for field in counted)
        assert (children is not None and girls + boys != children) == (at in mismatches)
    assert mismatches


@each_sheet
def test_a_header_within_the_list_is_the_header(written, layout, sheet):
    top = len(layout.titles) + 2
    headers = [list(cells(written, layout, sheet, top + i).values()) for i in range(1 + layout.has_groups)]
    repeated = fault_rows(written, layout, sheet, "header_repeated")
    assert repeated
    for row in repeated:
        assert list(cells(written, layout, sheet, row).values()) in headers


@each_sheet
def test_dates_are_read_as_typed_and_left_out_where_nobody_can_tell(written, layout, sheet):
    ambiguous = fault_rows(written, layout, sheet, "T09")
    for field in ("observed_on", "last_inspection_on"):
        if field not in [column[0] for column in layout.columns]:
            continue
        for row in expected(written, layout, sheet):
            typed = cells(written, layout, sheet, row["row"])[field]
            if isinstance(typed, dt.datetime):
                assert typed.date() == row[field]
            elif typed and row[field]:
                year = re.search(r"\d{4}", typed.translate(KHMER))[0]
                assert (int(year), row["row"] in ambiguous) == (row[field].year, False)
            else:
                assert bool(typed) == (row["row"] in ambiguous)


def test_dates_of_slashes_are_settled_by_the_others_of_their_column():
    truth = pl.Series("observed_on", [dt.date(2015, 6, 5), dt.date(2015, 6, 20), dt.date(2015, 7, 7)])
    read, ambiguous = read_dates(truth, ["05/06/2015", "20/06/2015", "07/07/2015"])
    assert read.to_list() == truth.to_list()
    assert not ambiguous.any()
    read, ambiguous = read_dates(truth, ["05/06/2015", dt.date(2015, 6, 20), "07/07/2015"])
    assert read.to_list() == [None, *truth.to_list()[1:]]
    read, ambiguous = read_dates(truth, ["05/06/2015", "06/20/2015", "20/06/2015"])
    assert ambiguous.to_list() == [True, False, False]


def test_informants_leave_dates_that_nobody_can_tell(world, tmp_path):
    whole = block.build(NUMBERS, 4, 1, 1.0)
    planted = write(whole, tmp_path / "exports")
    planted.write(tmp_path / "truth")
    faults = pl.read_parquet(tmp_path / "truth" / "faults.parquet").filter(check="T09")
    assert faults["file"].unique().to_list() == [PREFIX + INFORMANTS.file]


def test_a_row_is_linked_to_the_facility_it_names(world, written):
    rows = written.rows.join(written.links, on=["file", "sheet", "row"], how="left", validate="1:1")
    assert rows["facility_no"].null_count() == 0
    true = pl.from_pandas(world.facilities[["facility_no", "province_code", "opened_year", "on_inspection_2014"]])
    rows = rows.join(true, on="facility_no", suffix="_true")
    assert (rows["province_code"] == rows["province_code_true"]).all()
    assert rows["opened_year"].drop_nulls().len()
    assert rows.filter(list_id=INSPECTION.list_id)["on_inspection_2014"].all()
    per_list = world.list_rows.groupby("list_id").size()
    assert rows.filter(list_id=MAPPING.list_id).height == per_list["mapping_2015"]
    assert rows.filter(list_id=INFORMANTS.list_id).height == per_list["informants_2015"]


def test_the_same_facility_is_spelt_differently_in_two_lists(written):
    rows = written.rows.join(written.links, on=["file", "sheet", "row"])
    names = rows.drop_nulls("name_latin").group_by("facility_no").agg(pl.col("name_latin").n_unique())["name_latin"]
    assert 0.2 < (names > 1).mean() < 0.8


def test_personal_content_is_marked(written):
    for layout, sheet in SHEETS:
        personal = [field for field, *_ in layout.columns if field.startswith("_")]
        for row in expected(written, layout, sheet):
            typed = cells(written, layout, sheet, row["row"])
            assert all(typed[field].startswith(("ឯកជន", "0999")) for field in personal)


def test_the_same_generator_gives_the_same_bytes(world, written, tmp_path):
    write(world, tmp_path / "again")
    for layout in LAYOUTS:
        assert (tmp_path / "again" / layout.file).read_bytes() == (written.folder / layout.file).read_bytes()
