"""Captions hold every figure once, published ones first, simulated ones with a loud line; marks in data are letters."""

import json
import shutil

import pytest

from analysis import country_steps, pipeline
from analysis.languages import LANGUAGES, folder
from analysis.page import captions
from analysis.page.sections import QUESTIONS


@pytest.fixture
def figures(tmp_path):
    return shutil.copytree(pipeline.FIGURES, tmp_path / "figures")


def made(figures, language="en"):
    to = figures / "made" / "CAPTIONS.md"
    captions.make(figures, to, language)
    return to.read_text(encoding="utf-8")


def spoiled(figures, name, **words):
    file = figures / f"{name}.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | words), encoding="utf-8")


def parts(text):
    """Return the part of each figure by its name."""
    return {part.partition(".png`")[0]: part for part in text.split("### `")[1:]}


def shown():
    names = [name for every in QUESTIONS.values() for name in every]
    return [name for name in names if f"figures/{name}" not in country_steps.left_out()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_stands_in_it_once_with_all_its_words(figures, language):
    told = parts(made(figures, language))
    assert sorted(told) == sorted(shown())
    for name, part in told.items():
        words = json.loads((figures / folder(language) / f"{name}.json").read_text(encoding="utf-8"))
        for field in captions.LINES.values():
            assert captions.escaped(words[field]) in part, (name, field)
        assert f"`{name}.png`" in part


def test_published_figures_come_first_and_each_simulated_one_has_its_loud_line(figures):
    text = made(figures)
    origins = [json.loads((figures / f"{name}.json").read_text(encoding="utf-8"))["origin"] for name in parts(text)]
    assert origins == sorted(origins, key=["published", "records", "simulated"].index)
    for origin, part in zip(origins, parts(text).values(), strict=True):
        assert ("> **SIMULATED RECORDS. DO NOT SHOW THIS FIGURE AS A FACT ABOUT" in part) == (origin == "simulated")


def test_records_of_a_holder_stand_apart_with_a_line_of_their_own(figures):
    name = shown()[-1]
    spoiled(figures, name, origin="records")
    text = made(figures)
    assert "## Figures from case records" in text
    assert "> **CASE RECORDS OF ONE HOLDER." in parts(text)[name]


def test_a_change_in_one_figure_changes_only_its_part(figures):
    before = parts(made(figures))
    spoiled(figures, "care_trend", limits="It tells nothing.")
    after = parts(made(figures))
    assert [name for name in before if before[name] != after[name]] == ["care_trend"]


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("<script>x</script>", r"\<script\>x\</script\>"),
        ("[a](http://b) ![c](d)", r"\[a\](http://b) !\[c\](d)"),
        ("*bold* _it_ `code` ~~no~~", r"\*bold\* \_it\_ \`code\` \~\~no\~\~"),
        ("one\n\n# two\n- three", r"one \# two - three"),
        ("a & b | $c$ \\", r"a \& b \| \$c\$ \\"),
    ],
)
def test_marks_of_markdown_and_html_in_the_words_are_letters(figures, hostile, safe):
    spoiled(figures, "care_trend", **dict.fromkeys(captions.LINES.values(), hostile))
    part = parts(made(figures))["care_trend"]
    assert part.count(f":** {safe}\n") == len(captions.LINES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_words_give_the_same_bytes(figures, language):
    assert made(figures, language) == made(figures, language)


def test_a_draft_translation_says_so(figures):
    assert captions.DRAFT not in made(figures)
    words = json.loads((figures / "km" / "care_trend.json").read_text(encoding="utf-8"))
    words["translation"] = words["translation"] | {"title": "missing"}
    (figures / "km" / "care_trend.json").write_text(json.dumps(words), encoding="utf-8")
    text = made(figures, "km")
    untranslated = captions.escaped(words["title"])
    line = next(line for line in parts(text)["care_trend"].splitlines() if untranslated in line)
    assert line.endswith(")"), "a note beside what is not translated"
