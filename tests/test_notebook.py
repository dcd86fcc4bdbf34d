"""Notebook: what notebooks call says what moved and draws what was published."""

import base64
import functools
import re
import time

import pandas as pd
import pytest

from analysis import guard, kernel, notebook, pipeline, store, study
from analysis.estimates import facility_concentration, regulation
from analysis.estimates import facility_types as estimate
from analysis.figures import facility_types as figure


@pytest.fixture(autouse=True)
def nothing_read(monkeypatch):
    """Let each test begin as a notebook does: other tests of this process read records."""
    monkeypatch.setattr(store, "_origins_read", set())


@pytest.fixture
def facility_types():
    return store.read("facility_types")


def test_a_table_as_published_is_said_to_be(facility_types):
    assert "all 30 rows of `facility_types` are as published" in notebook.against_published(
        estimate, facility_types.sample(frac=1, random_state=1), facility_types
    )


def test_moved_and_missing_rows_are_counted(facility_types):
    mine = facility_types.iloc[1:].copy()
    mine.loc[2, "estimate"] += 0.01
    mine.loc[3, "ci_low"] = 0.0
    sentence = notebook.against_published(estimate, mine, facility_types)
    assert "2 of 29 rows" in sentence
    assert "1 published rows are not here" in sentence


def test_a_picture_carries_its_alternative_text_and_the_same_bytes_twice(facility_types):
    one, other = (notebook.picture(figure, facility_types) for _ in range(2))
    bundle, metadata = one._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == figure.words(figure.build(facility_types)).alt_text
    assert one.data == other.data
    assert len(one.data) < 100_000, "a notebook of a dozen pictures stays below two million bytes"


def test_another_confidence_is_said_on_the_figure():
    from analysis import charts

    words = charts.Words("a", "Lines: 95% intervals", "a 95% interval", "d", "e", "f")
    said = notebook._at_confidence(words, 0.8)
    assert (said.caption, said.reading) == ("Lines: 80% intervals", "a 80% interval")
    assert notebook._at_confidence(words, None) is words


def test_a_headline_is_the_title_of_the_figure_over_these_numbers(facility_types):
    one_more = facility_types["estimate"] + facility_types["outcome"].eq("n_facilities").astype("Int64")
    moved = facility_types.assign(estimate=one_more)
    for table in (facility_types, moved):
        title = figure.words(figure.build(table)).title
        assert notebook.headline(figure, notebook.published(figure, table)).data == f"**{title}.**"
    assert figure.words(figure.build(moved)).title != figure.words(figure.build(facility_types)).title


def test_a_notebook_says_how_long_it_took_to_who_runs_it_and_to_nobody_else(monkeypatch):
    monkeypatch.setattr(notebook, "_began", [time.monotonic() - 90])
    assert re.fullmatch(r"From the first cell to here: 9\d seconds\.", notebook.runtime().data)
    monkeypatch.setenv(kernel.EXECUTING, "01_evidence")
    assert notebook.runtime() is None


def test_tables_used_say_what_a_row_is_how_many_and_whence():
    used = notebook.tables_used("provinces", "facility_types")
    assert used.loc["provinces"].tolist() == ["a province", 25, "published"]
    assert used.loc["facility_types", "rows"] == 30


def test_a_table_rebuilt_from_the_same_inputs_is_the_same(facility_types):
    again = notebook.rebuilt(estimate, store.read("claims"))
    pd.testing.assert_frame_equal(again, facility_types)


class MadeAgainError(Exception):
    """A table was made again."""


@pytest.fixture
def executing(monkeypatch):
    """Let this process be a kernel that executes a source, in which no table can be made again."""
    monkeypatch.setenv(kernel.EXECUTING, "02_residential_care")
    for of in (regulation, facility_concentration):
        monkeypatch.setattr(of, "build", _made_again(of.build))


def _made_again(build):
    @functools.wraps(build)  # its signature names the inputs
    def made_again(*_):
        raise MadeAgainError

    return made_again


@pytest.mark.usefixtures("executing")
def test_an_executed_notebook_reads_a_table_made_of_what_it_was_built_from():
    again = notebook.rebuilt(regulation, store.read("claims"), study.load())
    pd.testing.assert_frame_equal(again, store.read("regulation"))


@pytest.mark.usefixtures("executing")
def test_another_assumption_or_another_row_has_it_made_again():
    claims, chosen = store.read("claims"), study.load()
    for inputs in ((claims, chosen.changed("intervals.confidence", 0.8)), (claims.iloc[1:], chosen)):
        with pytest.raises(MadeAgainError):
            notebook.rebuilt(regulation, *inputs)


@pytest.mark.usefixtures("executing")
def test_so_have_other_draws():
    rng = pipeline.generator("estimates/facility_concentration")
    inputs = [store.read(name) for name in ("facility_panel", "province_children", "claims")] + [study.load(), rng]
    assert len(notebook.rebuilt(facility_concentration, *inputs)) == len(store.read("facility_concentration"))
    rng.random()
    with pytest.raises(MadeAgainError):
        notebook.rebuilt(facility_concentration, *inputs)


@pytest.mark.usefixtures("executing")
def test_a_table_that_is_no_input_of_the_notebook_may_be_older_and_is_made_again(monkeypatch):
    monkeypatch.setenv(kernel.EXECUTING, "01_evidence")
    with pytest.raises(MadeAgainError):
        notebook.rebuilt(regulation, store.read("claims"), study.load())


@pytest.mark.usefixtures("executing")
def test_who_is_at_work_on_a_notebook_has_it_made_again(monkeypatch):
    monkeypatch.delenv(kernel.EXECUTING)
    with pytest.raises(MadeAgainError):
        notebook.rebuilt(regulation, store.read("claims"), study.load())


def test_a_table_for_people_is_text(facility_types):
    readable = notebook.shown(facility_types.head(2)[["estimate"]].assign(estimate=[0.25, None]))
    assert readable["estimate"].tolist() == ["0.25", "–"]


def test_a_sentence_takes_its_numbers_where_nothing_is_private():
    assert notebook.told("{:.0%} of {n} in 39 places", 0.5, n=7).data == "50% of 7 in 39 places"


# --- once records were read


@pytest.fixture
def records_read(monkeypatch, facility_types):
    monkeypatch.setattr(store, "_origins_read", {"published", "records"})


@pytest.mark.usefixtures("records_read")
def test_what_moved_is_said_without_counting_rows(facility_types):
    said = notebook.against_published(estimate, facility_types, facility_types)
    assert said == "With these assumptions `facility_types` is as published."
    moved = facility_types.assign(estimate=0.0)
    assert "is not as published" in notebook.against_published(estimate, moved, facility_types)


@pytest.mark.usefixtures("records_read")
@pytest.mark.parametrize(
    ("sentence", "values"),
    [("{} children", [7]), ("7 of {} children", [20]), ("{} of {}", [20, 7]), ("{}", ["7 children"])],
)
def test_a_sentence_about_records_holds_only_numbers_that_passed(sentence, values):
    guard.passed(pd.DataFrame({"n": [20]}))
    with pytest.raises(ValueError, match=r"may hold only numbers that published\(\) returned"):
        notebook.told(sentence, *values)
    assert notebook.told("{n} children of {where} in 2023", n=20, where="Siem Reap").data == (
        "20 children of Siem Reap in 2023"
    )


@pytest.mark.usefixtures("records_read")
def test_a_headline_about_records_is_told_of_numbers_that_passed(facility_types):
    assert "639" in notebook.headline(figure, notebook.published(figure, facility_types)).data
    with pytest.raises(ValueError, match=r"told of the numbers that published\(\) returned"):
        notebook.headline(figure, figure.build(facility_types))


@pytest.mark.usefixtures("records_read")
def test_a_table_that_did_not_pass_is_no_table_for_people():
    assert not guard.may_be_shown(notebook.shown(pd.DataFrame({"n": [20]})))
    part = notebook.shown(guard.passed(pd.DataFrame({"n": [20, 0.5]})).head(1))
    assert guard.may_be_shown(part)
    assert part["n"].tolist() == ["20"]


def test_rows_of_records_are_told_about_and_few_of_them_not_at_all(monkeypatch, tmp_path):
    kept = {"cases": "records", "children": "simulated", "claims": "published"}
    n_rows = {"cases": 1237, "children": 9, "claims": 1237}
    for name in kept:
        pd.DataFrame({"row": range(n_rows[name])}).to_parquet(tmp_path / name)
    monkeypatch.setattr(store, "origin", kept.get)
    monkeypatch.setattr(store, "file_of", tmp_path.joinpath)
    assert notebook.tables_used("cases", "children", "claims")["rows"].tolist() == [1235, "fewer than 10", 1237]
