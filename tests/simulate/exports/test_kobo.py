from types import SimpleNamespace

import numpy as np
import openpyxl
import polars as pl
import pytest

from analysis.simulate import block, parameters
from analysis.simulate.exports import kobo
from analysis.simulate.planted import Planted

NUMBERS = parameters.load()
PREFIX = "part-0001/"
MAIN, MEMBERS, WORKBOOK = (PREFIX + name for name in (kobo.MAIN, kobo.MEMBERS, kobo.WORKBOOK))
RISKS = ("migration", "violence", "alcohol_drugs", "illness_disability")


@pytest.fixture(scope="module")
def world():
    return block.build(NUMBERS, 3, 1, 0.04)


def write(world, folder) -> Planted:
    folder.mkdir()
    planted = Planted()
    kobo.write(world, folder, PREFIX, planted, NUMBERS, np.random.default_rng(2))
    return planted


def as_text(rows) -> pl.DataFrame:
    """Return the rows of a sheet as text, with the row number a person sees."""
    header, *cells = rows
    table = pl.DataFrame([[None if cell is None else str(cell) for cell in row] for row in cells], header, orient="row")
    return table.with_row_index("row", offset=2)


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kobo")
    write(world, folder / "exports").write(folder / "truth")
    exports = folder / "exports"
    tables = {
        PREFIX + name: pl.read_csv(exports / name, separator=";", infer_schema=False).with_row_index("row", offset=2)
        for name in (kobo.MAIN, kobo.MEMBERS)
    }
    book = openpyxl.load_workbook(exports / kobo.WORKBOOK, read_only=True)
    return SimpleNamespace(
        folder=exports,
        main=tables[MAIN],
        members=tables[MEMBERS],
        sheets={tab.title: as_text(tab.iter_rows(values_only=True)) for tab in book},
        faults=pl.read_parquet(folder / "truth" / "faults.parquet"),
        households=pl.read_parquet(folder / "truth" / "expected" / "households.parquet"),
        people=pl.read_parquet(folder / "truth" / "expected" / "household_members.parquet"),
    )


def beside(expected: pl.DataFrame, file: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the expected rows of a file beside the cells at their row."""
    rows = expected.filter(pl.col("file") == file).with_columns(pl.col("row").cast(pl.UInt32))
    joined = rows.join(table, on="row", how="left", validate="1:1")
    assert joined.height
    return joined


def faults(written, check: str, file: str) -> list[int]:
    return written.faults.filter(pl.col("check") == check, pl.col("file") == file)["row"].to_list()


def test_a_submission_stands_at_its_line(written):
    both = beside(written.households, MAIN, written.main)
    assert (both["household_ref"] == "kobo:" + both["_uuid"]).all()
    assert (both["province_code"] == both["identification/province"]).all()
    assert both["n_children"].eq_missing(both["household/n_children"].cast(pl.Int64)).all()
    assert both["monthly_income"].eq_missing(both["household/monthly_income"].cast(pl.Float64)).all()
    assert both["survey_weight"].eq_missing(both["identification/weight"].cast(pl.Float64)).all()
    assert both["school_distance_km"].eq_missing(both["school/distance_km"].cast(pl.Float64)).all()


def test_a_repeat_stands_at_its_line_and_names_its_parent(written):
    both = beside(written.people, MEMBERS, written.members)
    parents = written.main.select(pl.col("_index").alias("_parent_index"), pl.col("_uuid"))
    linked = both.join(parents, on="_parent_index", how="left", validate="m:1")
    assert (linked["household_ref"] == "kobo:" + linked["_uuid"]).all()
    assert both["sex"].eq_missing(both["members/sex"]).all()
    assert both["member_ref"].n_unique() == both.height
    assert set(written.members["_parent_table_name"]) == {"household-survey"}


def test_the_question_with_several_answers_stands_twice(written):
    summary = written.main.filter(pl.col("household/risks").is_not_null())
    ticked = summary["household/risks"].str.split(" ")
    for risk in RISKS:
        assert ticked.list.contains(risk).eq((summary[f"household/risks/{risk}"] == "1").fill_null(False)).all()
    assert ticked.list.contains("none").any()


def test_who_refuses_is_asked_no_more(written):
    refused = written.main.filter(pl.col("consent") == "no")
    asked = [name for name in refused.columns if name.startswith(("household/", "caregiver/", "school/"))]
    assert refused.height
    assert refused.select(pl.col(asked).is_not_null().any()).sum_horizontal().item() == 0
    assert not set(refused["_index"]) & set(written.members["_parent_index"])
    expected = written.households.filter(pl.col("use_allowed") == "no")
    assert expected["caregiver_relation"].unique().to_list() == ["unknown"]


def test_sent_twice_and_orphans_are_where_they_are_said_to_be(written):
    again = written.main.filter(~pl.col("_uuid").is_first_distinct())
    assert sorted(again["row"]) == sorted(faults(written, "duplicate_row", MAIN))
    of_again = written.members.filter(pl.col("_parent_index").is_in(again["_index"].implode()))
    assert sorted(of_again["row"]) == sorted(faults(written, "duplicate_row", MEMBERS))
    orphans = written.members.filter(~pl.col("_parent_index").is_in(written.main["_index"].implode()))
    assert sorted(orphans["row"]) == sorted(faults(written, "orphan_row", MEMBERS))
    assert orphans.height
    assert again.height
    kept = written.people.filter(pl.col("file") == MEMBERS)["row"].to_list()
    assert sorted([*kept, *of_again["row"], *orphans["row"]]) == written.members["row"].to_list()


def test_options_nobody_coded_are_unknown_and_named(written):
    rejected = faults(written, "duplicate_row", MAIN)
    odd = written.main.filter(pl.col("household/id_poor") == "level_3", ~pl.col("row").is_in(rejected))
    assert odd["row"].to_list() == faults(written, "unknown_code", MAIN)
    both = beside(written.households, MAIN, odd.select("row", "household/id_poor")).drop_nulls("household/id_poor")
    assert both["id_poor"].unique().to_list() == ["unknown"]
    places = written.people.filter(pl.col("row").is_in(faults(written, "unknown_code", MEMBERS)), file=MEMBERS)
    assert places["living_place"].unique().to_list() == ["unknown"]


def test_an_income_without_currency_is_counted(written):
    both = beside(written.households, MAIN, written.main)
    bare = both.filter(pl.col("monthly_income").is_not_null(), pl.col("household/income_currency").is_null())
    assert written.faults.filter(check="T12", file=MAIN)["n"].to_list() == [bare.height]
    assert bare["income_currency"].unique().to_list() == ["unknown"]


def test_khmer_digits_stand_for_the_same_numbers(written):
    both = beside(written.households, MAIN, written.main).filter(pl.col("household/size").str.contains("[០-៩]"))
    digits = both["household/size"].str.replace_many(list("០១២៣៤៥៦៧៨៩"), list("0123456789")).cast(pl.Int64)
    assert both.height
    assert (digits == both["household_size"]).all()


def test_the_small_form_has_two_sheets_and_no_design(written):
    main, members = written.sheets["main"], written.sheets["members"]
    assert not [name for name in main.columns if name in ("identification/stratum", "identification/weight")]
    both = beside(written.households, WORKBOOK, main)
    assert (both["agency"] == both["identification/agency"]).all()
    assert (both["province_code"] == both["identification/province"].str.zfill(2)).all()
    assert both["survey_weight"].null_count() == both.height
    lost = both.filter(pl.col("identification/province").str.len_chars() == 1)
    assert written.faults.filter(check="T21", file=WORKBOOK)["n"].to_list() == [lost.height]
    people = beside(written.people, WORKBOOK, members)
    assert (people["household_ref"] == "kobo:" + people["_submission__uuid"]).all()


def test_personal_content_is_marked(written):
    for table in (written.main, written.sheets["main"]):
        assert table["identification/respondent_name"].str.contains("PRIVATE").all()
        assert table["identification/telephone"].str.starts_with("0999").all()
        assert table["identification/gps"].str.contains("PRIVATE").all()
        assert table["household/remarks"].drop_nulls().str.contains("PRIVATE").all()
    assert written.members["members/name"].str.contains("ឯកជន").all()


def test_the_same_generator_gives_the_same_bytes(world, written, tmp_path):
    write(world, tmp_path / "again")
    for name in (kobo.MAIN, kobo.MEMBERS, kobo.WORKBOOK):
        assert (tmp_path / "again" / name).read_bytes() == (written.folder / name).read_bytes(), name
