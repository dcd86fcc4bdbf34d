"""The snapshot page shows every row of its CSV with year, source and age; its JSON says the same to machines."""

import json
import re
import shutil
from html import unescape

import pandas as pd
import pytest
from markupsafe import escape

from analysis import pipeline
from analysis.page import snapshot
from analysis.page.snapshot_nested import TITLES, nested

HOSTILE = ["<script>alert(1)</script>", '" onload="x', "{{ 7 * 7 }}", "</table>"]
TEXTS = ("label", "definition", "denominator", "counts", "value_printed", "text", "period", "source", "side_by_side")
TEXTS += ("who_could_fill", "previous_value_printed", "previous_period", "note", "province")


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    return pipeline.read_numbers("country_snapshot")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("snapshot")
    snapshot.make(pipeline.FIGURES, folder / "country_snapshot.html")
    snapshot.make_data(pipeline.FIGURES, folder / "country_snapshot_data.json")
    return folder


@pytest.fixture(scope="module")
def page(made) -> str:
    return (made / "country_snapshot.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def read(page) -> str:
    """Return what a reader reads: the page without its tags."""
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_every_row_of_the_country_stands_on_the_page(numbers, read):
    of_country = numbers[numbers["province"].isna()]
    for label in of_country["label"]:
        assert label in read, label
    for printed in of_country["value_printed"].dropna():
        assert printed in read, printed
    for who in of_country["who_could_fill"].dropna():
        assert who in read, who


def test_every_stale_number_is_flagged_and_no_other(numbers, page):
    body = page[page.index('class="snapshot"') : page.index('id="provinces"')]
    of_country = numbers[numbers["province"].isna() & numbers["row_is"].eq("value")]
    assert body.count('class="flag stale"') == int(of_country["is_stale"].fillna(value=False).sum())
    assert body.count('class="flag unknown"') == int(of_country["year"].isna().sum())
    assert body.count('class="flag current"') == int((~of_country["is_stale"].fillna(value=True)).sum())


def test_empty_fields_say_so_and_are_not_0(numbers, page):
    body = page[page.index('class="snapshot"') : page.index('id="provinces"')]
    n_empty = int((numbers["row_is"].eq("no data") & numbers["province"].isna()).sum())
    assert body.count("No data.") == n_empty > 0


def test_every_document_is_linked_and_every_anchor_is_there(page):
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert anchors <= set(ids)
    assert "document-stark-2017" in anchors


def test_every_province_is_a_choice_with_all_its_fields(numbers, page):
    choices = re.findall(r'data-choice="([^"]+)"', page)
    of_provinces = numbers[numbers["province"].notna()]
    assert choices == list(of_provinces.sort_values("level")["province"].unique())
    assert page.count('<th scope="row">') == len(of_provinces)


def test_failing_checks_are_told_with_their_difference(read):
    assert "Check fails: 84 + 10 + 7 = 100 %. Difference: +1." in read
    assert "Check fails: 73.9 + 11.7 + 14 = 100 %. Difference: −0.4." in read
    assert "Check holds: 406 + 25 + 71 + 65 + 72 = 639 facilities." in read


def test_the_page_asks_nothing_of_the_network_and_has_no_style_of_its_own(page):
    assert re.findall(r'<link|@import|<(?:script|img|iframe)[^>]* src="', page) == []
    assert re.findall(r' style="| on[a-z]+="', page) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_data_file_says_is_escaped_in_every_column_of_texts(numbers, page, tmp_path, hostile):
    figures = tmp_path / "figures"
    figures.mkdir()
    planted = {name: numbers[name].mask(numbers[name].notna(), f"{hostile} in {name}") for name in TEXTS}
    numbers.assign(**planted).to_csv(figures / "country_snapshot.csv", index=False)
    snapshot.make(figures, tmp_path / "page.html")
    found = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert [name for name in TEXTS if f"{escape(hostile)} in {name}" not in found] == []
    assert str(escape(hostile)) == hostile or found.count(hostile) == page.count(hostile)


def test_an_address_that_is_none_is_no_link(numbers, tmp_path):
    figures = tmp_path / "figures"
    figures.mkdir()
    numbers.assign(source="Somebody (2020). A title. javascript:alert(1)").to_csv(
        figures / "country_snapshot.csv", index=False
    )
    snapshot.make(figures, tmp_path / "page.html")
    assert 'href="javascript' not in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_json_holds_every_row_once_in_the_order_of_the_sections(numbers, made):
    told = json.loads((made / "country_snapshot_data.json").read_text(encoding="utf-8"))
    assert [section["id"] for section in told["sections"]] == [
        n for n in TITLES if n not in ("provinces", "key_data_sources")
    ]
    fields = [field for section in [*told["sections"], *told["provinces"]] for field in section["fields"]]
    n_told = sum(len(field.get("numbers", [1])) + len(field["checks"]) for field in fields) + len(told["documents"])
    assert n_told == len(numbers)
    ids = {value["id"]: value["value"] for field in fields for value in field.get("numbers", [])}
    assert ids["mapping-cambodia-rci-children"] == 16_579
    assert told["origin"] == "published"


def test_nothing_known_is_null_in_the_json_and_never_0(made):
    told = json.loads((made / "country_snapshot_data.json").read_text(encoding="utf-8"))
    fields = {field["id"]: field for section in told["sections"] for field in section["fields"]}
    assert "numbers" not in fields["formal_foster"]
    words = next(n for n in fields["living_parent"]["numbers"] if n["id"] == "child-study-living-parent")
    assert (words["value"], words["value_printed"]) == (None, "vast majority")


@pytest.mark.parametrize(
    ("printed", "value", "shown"),
    [
        ("16.52 million", 16_520_000, "16.52 million"),
        ("almost 6,000", 6_000, "almost 6,000"),
        ("4 in 5", 80, "4 in 5 (80)"),
        ("vast majority", None, "vast majority"),
        (None, 293.029, "293"),
        (None, 0.582, "0.582"),
    ],
)
def test_a_number_stands_as_printed_with_the_plain_number_where_the_print_has_words(printed, value, shown):
    assert snapshot.number({"value_printed": printed, "value": value}) == shown


def test_an_open_end_of_an_interval_is_left_open():
    assert snapshot.interval({"ci_low": 0.794, "ci_high": None}) == "0.794–…"
    assert snapshot.interval({"ci_low": None, "ci_high": None}) == ""


def test_the_same_numbers_give_the_same_bytes(made, tmp_path):
    figures = tmp_path / "figures"
    figures.mkdir()
    shutil.copy(pipeline.FIGURES / "country_snapshot.csv", figures)
    snapshot.make(figures, tmp_path / "country_snapshot.html")
    snapshot.make_data(figures, tmp_path / "country_snapshot_data.json")
    for name in ("country_snapshot.html", "country_snapshot_data.json"):
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes()


def test_a_change_in_one_number_changes_its_part_alone(numbers, page, tmp_path):
    figures = tmp_path / "figures"
    figures.mkdir()
    is_it = numbers["term"] == "national-hdi"
    numbers.assign(value_printed=numbers["value_printed"].mask(is_it, "0.600")).to_csv(
        figures / "country_snapshot.csv", index=False
    )
    snapshot.make(figures, tmp_path / "country_snapshot.html")
    lines = (tmp_path / "country_snapshot.html").read_text(encoding="utf-8").splitlines()
    assert sum(mine != theirs for mine, theirs in zip(lines, page.splitlines(), strict=True)) == 1


def test_the_khmer_page_marks_what_is_not_translated_and_leaves_citations(made):
    (made / "km").mkdir()
    snapshot.make(pipeline.FIGURES, made / "km" / "country_snapshot.html", "km")
    khmer = (made / "km" / "country_snapshot.html").read_text(encoding="utf-8")
    assert '<html lang="km">' in khmer
    assert '<cite lang="en">BMJ Open 7:e013888' in khmer
    assert 'href="../country_snapshot.csv"' in khmer


def test_nested_keeps_the_fields_of_a_section_in_their_order(numbers):
    sections = {section["id"]: section for section in nested(numbers)["sections"]}
    assert [field["id"] for field in sections["living_arrangements"]["fields"]][:3] == [
        "with_both_parents",
        "with_one_parent",
        "with_neither_parent",
    ]
