"""What belongs to a release: every figure whole, the page, the notebooks; nothing else among the figures."""

import pytest

from analysis import country_steps
from analysis.page import index, pages
from analysis.release import contents
from analysis.study import ROOT


@pytest.fixture
def outputs(tmp_path):
    for file in contents.files():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("")
    return tmp_path


def test_a_release_holds_what_the_page_shows_and_the_notebooks_of_the_project():
    assert sorted(name for names in index.QUESTIONS.values() for name in names) == contents.figures()
    notebooks = sorted(f"notebooks/{file.name}" for file in (ROOT / "notebooks").glob("*.ipynb"))
    assert contents.notebooks() == notebooks
    assert {"figures/care_rates.svg", "figures/inline/care_rates.svg", "figures/km/care_rates.png"} < {
        *contents.files()
    }
    assert {"figures/km/index.html", "figures/country_snapshot.json", "figures/brief.html"} < {*contents.files()}


def test_what_a_country_goes_without_is_in_no_release(monkeypatch):
    gone = {"figures/support_costs": "", "notebooks/05_drivers": "", "estimates/country_snapshot": ""}
    monkeypatch.setattr(country_steps, "left_out", lambda: gone)
    assert not {file for file in contents.files() if "support_costs" in file or "05_drivers" in file or "brief" in file}


def test_a_printed_brief_may_stand_among_the_figures(outputs):
    for file in pages.PRINTED:
        (outputs / file).write_text("")
    assert contents.faults(outputs) == []


def test_whole_results_have_no_fault(outputs):
    assert contents.faults(outputs) == []


@pytest.mark.parametrize("file", ["figures/data_quality.csv", "figures/index.html", "notebooks/01_evidence.ipynb"])
def test_a_missing_file_is_named(outputs, file):
    (outputs / file).unlink()
    assert contents.faults(outputs) == [f"{file} is missing: make it with make"]


@pytest.mark.parametrize("file", ["figures/children.csv", "figures/more/names.txt", "figures/.hidden"])
def test_a_file_among_the_figures_that_make_does_not_write_is_named(outputs, file):
    (outputs / file).parent.mkdir(exist_ok=True)
    (outputs / file).write_text("")
    assert contents.faults(outputs) == [f"{file} is no file that make writes: remove it"]


def test_a_link_that_leads_nowhere_is_named_too(outputs):
    (outputs / "figures" / "link.csv").symlink_to(outputs / "nowhere")
    assert contents.faults(outputs) == ["figures/link.csv is no file that make writes: remove it"]
