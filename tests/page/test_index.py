"""The page: every figure once, published ones apart from records, nothing unescaped, nothing asked of the network."""

import difflib
import json
import re
import shutil
import time
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from markupsafe import escape

from analysis import country_steps, languages, pipeline, sources
from analysis.page import index, rendering, tables
from analysis.study import ROOT

HOSTILE = ["<script>alert(1)</script>", '" onload="x', "' autofocus onfocus='x", "{{ 7 * 7 }}", "</table></section>"]
LARGEST = 2_000_000  # bytes
SLOWEST_S = 10
NAMES = [name for names in index.QUESTIONS.values() for name in names]
WORDS = ("title", "caption", "reading", "alt_text", "source", "limits")


class Elements(HTMLParser):
    """The elements of a page and their attributes, as a browser reads them, and which it leaves open."""

    MAY_STAY_OPEN = frozenset(("td", "th", "tr", "thead", "tbody", "meta", "img", "option"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.ids, self.open, self.wrong = [], set(), [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.MAY_STAY_OPEN:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that is empty."""
        self.handle_starttag(tag, attrs)
        if tag not in self.MAY_STAY_OPEN:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Note an element that ends, and whether it is the one that was open."""
        if tag not in self.MAY_STAY_OPEN and self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module", params=languages.LANGUAGES)
def page(request, page_in):
    """Return the page in each language in turn."""
    return page_in(request.param)


@pytest.fixture
def copied(tmp_path):
    """Return a copy of the figures that a test may spoil, without what the page does not read."""
    return shutil.copytree(pipeline.FIGURES, tmp_path / "figures", ignore=shutil.ignore_patterns("*.png", "*.html"))


def made(figures, language="en") -> str:
    file = figures.parent / languages.folder(language) / "index.html"
    index.make(figures, file, language)
    return file.read_text(encoding="utf-8")


def rewrite(file, **values) -> None:
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(told | values), encoding="utf-8")


def articles(page: str) -> dict[str, str]:
    return dict(re.findall(r'<article id="(\w+)">(.*?)</article>', page, flags=re.DOTALL))


def test_every_figure_stands_on_the_page_once(page):
    drawn = sorted(file.stem for file in pipeline.FIGURES.glob("*.csv"))
    assert sorted(NAMES) == drawn
    assert sorted(re.findall(r'<article id="(\w+)">', page)) == drawn


def test_its_markup_is_well_formed_and_no_id_stands_twice(page):
    elements = Elements(page)
    assert elements.wrong == []
    assert elements.open == []
    assert len(elements.ids) == len(set(elements.ids))


def test_headings_skip_no_level(page):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_every_drawing_is_an_image_that_has_the_generated_text_as_its_name(page_in, language):
    shown = articles(page_in(language))
    for name in NAMES:
        words = (pipeline.FIGURES / languages.folder(language) / f"{name}.json").read_text(encoding="utf-8")
        assert f'<svg role="img" aria-label="{escape(json.loads(words)["alt_text"])}"' in shown[name], name


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_every_link_leads_somewhere(page_in, language):
    page, folder = page_in(language), pipeline.FIGURES / languages.folder(language)
    pages = {"index.html", "country_snapshot.html", "brief.html", "CAPTIONS.md"}  # made beside it, in any order
    targets = {
        target for target in re.findall(r'\b(?:href|src)="([^"#]+)"', page) if target.split("/")[-1] not in pages
    }
    assert [target for target in targets if not (folder / target).exists()] == []
    assert {f"{name}.{kind}" for name in NAMES for kind in ("png", "svg")} <= targets
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(Elements(page).ids)


def test_it_asks_nothing_of_the_network(page):
    assert re.findall(r"<link|@import|<iframe|<object|<embed", page) == []
    assert re.findall(r"(?:src|href|action)=\"(?:\w+:)?//", page) == []
    assert re.findall(r"url\((?!data:font/|#)[^)]*", page) == []


def test_it_is_small_and_soon_made(page_in, tmp_path):
    for language in languages.LANGUAGES:
        assert len(page_in(language).encode()) < LARGEST, language
        start = time.perf_counter()
        index.make(pipeline.FIGURES, tmp_path / "again.html", language)
        assert time.perf_counter() - start < SLOWEST_S, language


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_the_same_figures_give_the_same_page(page_in, tmp_path, language):
    index.make(pipeline.FIGURES, tmp_path / "index.html", language)
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == page_in(language)


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_the_page_in_the_repository_is_the_one_made_of_its_figures(page_in, language):
    committed = pipeline.FIGURES / languages.folder(language) / "index.html"
    assert committed.read_text(encoding="utf-8") == page_in(language)


def test_published_figures_come_first_and_simulated_ones_last_with_their_stamp_on_each(page_in):
    page = page_in("en")
    published, simulated = page.index('id="published"'), page.index('id="simulated"')
    assert published < simulated
    for name, article in articles(page).items():
        origin = json.loads((pipeline.FIGURES / f"{name}.json").read_text(encoding="utf-8"))["origin"]
        is_after = page.index(f'<article id="{name}">') > simulated
        assert is_after == (origin == "simulated"), name
        assert ("SIMULATED RECORDS: shows the method" in article.split("<h4")[0]) == (origin == "simulated"), name


def test_no_number_of_simulated_records_stands_among_the_findings(page_in):
    (known,) = re.findall(r'<ul class="findings">(.*?)</ul>', page_in("en"), flags=re.DOTALL)
    linked = re.findall(r'href="#(\w+)"', known)
    origins = {json.loads((pipeline.FIGURES / f"{name}.json").read_text())["origin"] for name in linked}
    assert origins == {"published"}
    assert len(linked) == 5


def test_the_question_that_nobody_has_answered_says_so_and_points_to_records(page_in):
    told = page_in("en").split("What happens after they go home?</h3>")[-1].split("</section>")[0]
    assert "We found no published answer" in told
    assert 'href="#re_separation"' in told
    assert "<article" not in told


def test_every_entry_says_its_source_date_origin_and_limits(page_in):
    for name, article in articles(page_in("en")).items():
        words = json.loads((pipeline.FIGURES / f"{name}.json").read_text(encoding="utf-8"))
        for field in ("title", "reading", "caption", "source", "limits"):
            assert str(escape(words[field])) in article, (name, field)
        assert "What this cannot tell you" in article
        assert re.search(r"<dt>Date of the data</dt><dd>[^<]+</dd>", article), name
        assert re.search(r"<dt>Origin of the numbers</dt><dd>(published figures|simulated records)</dd>", article), name


def test_a_table_says_how_many_rows_it_leaves_out_and_what_withheld_means(page_in):
    for name, article in articles(page_in("en")).items():
        numbers = pd.read_csv(pipeline.FIGURES / f"{name}.csv", dtype="str", keep_default_na=False)
        assert article.count('<tr><th scope="row">') == min(len(numbers), tables.ROWS), name
        more = len(numbers) - tables.ROWS
        assert (f"{more} more rows stand in the CSV" in article) == (more > 0), name
        has_withheld = "withheld" in numbers and (numbers["withheld"] != "").any()
        assert ("It is not zero" in article) == has_withheld, name


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_data_file_says_is_escaped_in_every_column_and_every_word(copied, page_in, hostile):
    for file in copied.glob("*.csv"):
        numbers = pd.read_csv(file, dtype="str", keep_default_na=False)
        texts = [name for name in numbers if name != "origin" and not is_numeric(numbers[name])]
        assert len(texts) > 1, file.name
        spoilt = numbers.iloc[:1].assign(**dict.fromkeys(texts, hostile))
        pd.concat([spoilt, numbers]).to_csv(file, index=False)
    for file in [*copied.glob("*.json"), *copied.glob("km/*.json")]:
        if file.stem in NAMES:
            sum_of_numbers = sources.sha256(copied / f"{file.stem}.csv")
            rewrite(file, **dict.fromkeys(WORDS, hostile), numbers_sha256=sum_of_numbers)
    shown = str(escape(hostile))
    for language in languages.LANGUAGES:
        page, before = made(copied, language), Elements(page_in(language))
        after = Elements(page)
        assert after.wrong == after.open == []
        assert after.attributes <= before.attributes | {"class"}
        assert set(after.tags) <= set(before.tags)
        assert after.tags.count("script") == 1
        assert page.count(shown) > 10 * len(NAMES)
        assert shown == hostile or hostile not in page


def is_numeric(values: pd.Series) -> bool:
    return bool(pd.to_numeric(values[values != ""], errors="coerce").notna().all())


def test_a_picture_older_than_its_numbers_is_marked(copied, page_in):
    assert "older than the numbers" not in page_in("en")
    with (copied / "province_map.csv").open("a") as file:
        file.write("\n")
    assert made(copied).count("older than the numbers") == 1


def test_a_change_in_one_figure_changes_its_part_only(copied, page_in):
    numbers = pd.read_csv(copied / "data_quality.csv", dtype="str", keep_default_na=False)
    numbers.loc[0, "estimate"] = "0.123"
    numbers.to_csv(copied / "data_quality.csv", index=False)
    rewrite(copied / "data_quality.json", numbers_sha256=sources.sha256(copied / "data_quality.csv"))
    before, after = page_in("en").splitlines(), made(copied).splitlines()
    changed = [line for line in difflib.ndiff(before, after) if line.startswith(("- ", "+ "))]
    assert len(changed) == 2
    assert "0.123" in changed[1]


def test_without_an_inline_drawing_the_picture_beside_the_page_stands_in(copied):
    (copied / "inline" / "care_trend.svg").unlink()
    page = made(copied)
    assert re.search(r'<img src="care_trend\.svg" alt="[^"]{20,}" loading="lazy">', page)
    assert "img-src 'self' file:" in page


def test_records_of_a_holder_stand_in_a_part_of_their_own_before_what_is_simulated(copied):
    rewrite(copied / "data_quality.json", origin="records")
    page = made(copied)
    places = [page.index(f'<h2 id="{origin}">') for origin in ("published", "records", "simulated")]
    assert places == sorted(places)
    assert places[1] < page.index('<article id="data_quality">') < places[2]
    article = articles(page)["data_quality"]
    assert "CASE RECORDS OF ONE HOLDER" in article
    assert "SIMULATED" not in article.split("<h4")[0]


def test_a_country_without_published_figures_has_a_page_of_records_that_says_what_is_left_out(copied, monkeypatch):
    published = [n for n in NAMES if json.loads((copied / f"{n}.json").read_text())["origin"] == "published"]
    monkeypatch.setattr(country_steps, "left_out", lambda: {f"figures/{name}": "needs tables" for name in published})
    page = made(copied)
    assert "what case records say, and what they cannot say</h1>" in page
    assert "are left out: national totals, care trend, care rates" in page
    assert sorted(articles(page)) == sorted(set(NAMES) - set(published))
    assert not re.search('class="findings"|class="chooser"|id="published"|country_snapshot.html', page)


def test_the_khmer_page_announces_drafts_and_marks_data_as_english(page_in):
    page = page_in("km")
    assert '<html lang="km">' in page
    assert page.index('<p class="notice">') < page.index("<h1")
    assert page.count('<tbody lang="en">') == len(NAMES)
    assert f'href="../{NAMES[0]}.csv"' in page
    assert (ROOT / "figures" / f"{NAMES[0]}.csv").exists()


class Reviewed:
    """A language in which every string of the page is reviewed."""

    def said(self, english: str) -> languages.Said:
        """Return the string as one that a person has read."""
        return languages.Said(english, "reviewed")


def test_the_announcement_goes_only_when_the_words_of_every_figure_are_reviewed_too(copied, monkeypatch):
    monkeypatch.setattr(rendering, "catalogue", lambda language: Reviewed())
    assert '<p class="notice">' in made(copied, "km")
    for name in NAMES:
        rewrite(copied / "km" / f"{name}.json", translation=dict.fromkeys(WORDS, "reviewed"))
    page = made(copied, "km")
    assert '<p class="notice">' not in page
    assert 'class="badge"' not in page


def test_the_choosers_stand_whole_without_the_script(page_in):
    page = page_in("en")
    choosers = re.findall(r'<div class="chooser" data-label="([^"]+)">(.*?)</section>\n</div>', page, flags=re.DOTALL)
    assert [label for label, _ in choosers] == ["Choose what is counted", "Choose a province", "Choose a scenario"]
    for _, choices in choosers:
        assert choices.count('<section class="choice" data-choice="') == choices.count("<h5") > 5
    assert "hidden" not in re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
