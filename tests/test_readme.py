"""The README: findings are figures' titles, versions the lock's, times those measured, and what it names exists."""

import json
import re

import pytest
import yaml

from analysis.page.sections import QUESTIONS
from analysis.study import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BULLET = re.compile(r"^- \[(.+)\]\((?:\.\./)?figures/(\w+)\.png\)$", flags=re.M)
NAMES = [name for names in QUESTIONS.values() for name in names]  # in the page's order


def sidecar(name: str) -> dict[str, str]:
    return json.loads((ROOT / f"figures/{name}.json").read_text(encoding="utf-8"))


def marked(kind: str) -> str:
    """Return what stands between the README's markers of ``kind``."""
    return re.search(rf"<!-- {kind}:[^>]*-->(.*?)<!-- /{kind} -->", README, flags=re.S)[1].strip()


def times(text: str) -> dict[str, str]:
    """Return the seconds of each kind of ``make`` in a table, by what was done before it."""
    rows = re.findall(r"^\| (`make`[^|:]*)[^|]*\| ([\d.]+)", text, flags=re.M)
    return {what.replace(" again", "").strip(): seconds for what, seconds in rows}


def test_the_headline_is_the_title_of_the_figure_above_it():
    [figure] = re.findall(r"^!\[.+\]\(figures/(\w+)\.png\)$", README, flags=re.M)
    assert marked("headline") == f"**{sidecar(figure)['title']}.**"


def test_the_findings_are_titles_of_printed_figures_in_the_order_of_the_page():
    listed = BULLET.findall(marked("findings"))
    assert len(listed) >= 5
    assert [title for title, _ in listed] == [sidecar(name)["title"] for _, name in listed]
    assert {sidecar(name)["origin"] for _, name in listed} == {"published"}
    assert [name for _, name in listed] == sorted((name for _, name in listed), key=NAMES.index)


def test_every_finding_stands_in_the_list_of_all():
    text = (ROOT / "docs/results.md").read_text(encoding="utf-8")
    print_part, simulated = text.partition("\n## In print\n")[2].partition("\n## In simulated records\n")[::2]
    for part, origin in ((print_part, "published"), (simulated, "simulated")):
        of_origin = [name for name in NAMES if sidecar(name)["origin"] == origin]
        assert BULLET.findall(part) == [(sidecar(name)["title"], name) for name in of_origin]


def test_every_section_is_in_the_line_of_contents():
    contents = README.partition("![")[0]
    sections = re.findall(r"^## (.+)$", README, flags=re.M)
    anchors = [re.sub(r"[^\w\- ]", "", section.lower()).replace(" ", "-") for section in sections]
    assert re.findall(r"\(#([\w-]+)\)", contents) == anchors


def test_every_file_it_points_to_exists():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_target_it_names_is_a_target_of_make():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)
    assert set(re.findall(r"`make ([a-z]+)", README)) <= set(targets)


def test_the_versions_it_names_are_those_of_the_lock():
    named = re.findall(r"([a-z]+) ([\d.]+)", marked("versions"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(named) >= 5
    assert [
        f"{name}=={version}" for name, version in named if not re.search(rf"^{name}=={version}[ ;\\]", lock, re.M)
    ] == []


def test_the_times_it_tells_are_those_measured():
    measured = times((ROOT / "docs/performance.md").read_text(encoding="utf-8").partition("## Growth")[0])
    told = times(README)
    assert len(told) == 3
    assert {what: measured[next(of for of in measured if of.startswith(what))] for what in told} == told


# --- how to cite it: the rules of the Citation File Format 1.2.0 that concern what stands in the file


@pytest.fixture(scope="module")
def citation() -> dict:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_citation_file_keeps_its_schema(citation):
    texts = {"title", "message", "abstract", "version", "license", "date-released", "cff-version", "type"}
    assert {"cff-version", "message", "title", "authors"} <= set(citation) <= texts | {"authors", "keywords"}
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in {"software", "dataset"}
    assert re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", citation["date-released"])
    assert all(isinstance(citation[key], str) and citation[key] for key in texts & set(citation))
    assert all(set(author) == {"name"} and author["name"] for author in citation["authors"])  # an entity
    assert len(set(citation["keywords"])) == len(citation["keywords"])


def test_the_citation_is_that_of_the_readme_the_package_and_the_licence(citation):
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    by, year = citation["authors"][0]["name"], citation["date-released"][:4]
    said = f"{by} ({year}). {citation['title']}. Version {citation['version']}."
    assert said in README.replace("\n> ", " ")
    assert f'version = "{citation["version"]}"' in project
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith(citation["license"])
