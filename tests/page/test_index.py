"""The page shows every figure once, escapes what data say, and asks nothing of the network."""

import json
import re
import shutil

import pandas as pd
import pytest
from markupsafe import escape

from analysis import pipeline
from analysis.page import index
from analysis.study import ROOT

PAGE = (ROOT / "figures" / "index.html").read_text(encoding="utf-8")


def test_every_figure_stands_on_the_page_once():
    drawn = sorted(file.stem for file in (ROOT / "figures").glob("*.csv"))
    assert sorted(name for names in index.QUESTIONS.values() for name in names) == drawn


def test_every_picture_has_its_alternative_text_and_every_link_resolves():
    assert re.findall(r"<img (?![^>]*alt=\"[^\"]{20,})", PAGE) == []
    targets = re.findall(r"(?:href|src)=\"([^\"#]+)\"", PAGE)
    assert [t for t in targets if not (ROOT / "figures" / t).exists()] == []
    anchors = re.findall(r"href=\"#([^\"]+)\"", PAGE)
    assert [a for a in anchors if f'id="{a}"' not in PAGE] == []


def test_the_page_asks_nothing_of_the_network():
    assert re.findall(r"<script|<link|@import|(?:src|href)=\"(?:https?:)?//", PAGE) == []


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '" onload="x', "{{ 7 * 7 }}", "</table>"])
def test_what_a_data_file_says_is_escaped(tmp_path, hostile):
    figures = shutil.copytree(pipeline.FIGURES, tmp_path / "figures")
    words = json.loads((figures / "care_trend.json").read_text(encoding="utf-8"))
    (figures / "care_trend.json").write_text(json.dumps(dict.fromkeys(words, hostile)))
    numbers = pd.read_csv(figures / "care_trend.csv", dtype="str", keep_default_na=False)
    numbers.assign(note=hostile).to_csv(figures / "care_trend.csv", index=False)
    index.make(figures, tmp_path / "index.html")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    shown = str(escape(hostile))  # as letters to read: neither a tag, nor an attribute, nor a template
    assert page.count(shown) > len(numbers)
    assert shown == hostile or page.count(hostile) == PAGE.count(hostile)


def test_the_same_figures_give_the_same_page(tmp_path):
    index.make(pipeline.FIGURES, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == PAGE


def test_a_picture_older_than_its_numbers_is_marked(tmp_path):
    assert "older than the numbers" not in PAGE
    figures = shutil.copytree(pipeline.FIGURES, tmp_path / "figures")
    with (figures / "province_map.csv").open("a") as file:
        file.write("\n")
    index.make(figures, tmp_path / "index.html")
    assert (tmp_path / "index.html").read_text(encoding="utf-8").count("older than the numbers") == 1
