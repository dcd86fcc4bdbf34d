"""Only a yes passes: a no anywhere beats it, silence is not one, and paper answers count like those in files."""

import polars as pl
import pytest

from analysis.importers import consent
from analysis.importers.faults import ExportError
from analysis.importers.keys import pseudonyms

KEY = b"k"


def records(**answers: str | None) -> pl.DataFrame:
    cases = pseudonyms(pl.Series([f"slug:{slug.partition('_')[0]}" for slug in answers]), KEY)
    said = pl.Series(list(answers.values()), dtype=pl.String).cast(pl.Categorical)
    return pl.DataFrame({"case": cases, "use_allowed": said})


def allowed(frame: pl.DataFrame, answers: pl.DataFrame) -> set[str]:
    slugs = {pseudonyms(pl.Series([f"slug:{slug}"]), KEY)[0]: slug for slug in "abcd"}
    return {slugs[key] for key in consent.permitted(frame, "case", answers)}


@pytest.fixture
def paper(tmp_path):
    def answers(text: str | None) -> pl.DataFrame:
        if text is not None:
            (tmp_path / "consent.csv").write_text(text, encoding="utf-8")
        return consent.answers_on_paper(tmp_path, KEY)

    return answers


def test_only_yes_passes(paper):
    assert allowed(records(a="yes", b="no", c="unknown", d=None), paper(None)) == {"a"}


def test_another_file_may_say_yes_for_a_case_and_a_no_beats_it(paper):
    frame = records(a="unknown", a_donor="yes", b="yes", b_donor="no")
    assert allowed(frame, paper(None)) == {"a"}
    assert consent.n_contradicting(frame, "case", paper(None)) == 1


def test_answers_on_paper_add_a_yes_and_a_no_but_no_record(paper):
    answers = paper("id,anonymous_reporting\na,yes\nb,NO\nc, yes \nz,yes\n")
    assert allowed(records(a="unknown", b="yes", c="no"), answers) == {"a"}


@pytest.mark.parametrize("namespace", ["slug", "case_id", "kobo"])
def test_the_id_on_paper_may_be_that_of_any_system(paper, namespace):
    answers = paper("\ufeffid,anonymous_reporting\n7f-3,yes\n")
    frame = pl.DataFrame({"case": pseudonyms(pl.Series([f"{namespace}:7f-3"]), KEY), "use_allowed": ["unknown"]})
    assert consent.permitted(frame, "case", answers).to_list() == frame["case"].to_list()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id;anonymous_reporting\na;yes\n", "its columns are others than expected"),
        ("slug,agreed\na,yes\n", "its columns are others than expected"),
        ("id,anonymous_reporting\na,yes\nPRIVATE,perhaps\n", "1 lines are neither yes nor no, such as line 3"),
        ("id,anonymous_reporting\n,yes\n", "1 lines are neither yes nor no, such as line 2"),
        ("", "it is not a table"),
    ],
)
def test_an_unclear_list_is_refused_with_its_place_and_without_its_content(paper, text, said):
    with pytest.raises(ExportError, match=said) as caught:
        paper(text)
    assert "consent.csv" in str(caught.value)
    assert "PRIVATE" not in str(caught.value)


def test_answers_further_down_are_not_passed_over_in_silence(tmp_path):
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "consent.csv").write_text("id,anonymous_reporting\na,no\n", encoding="utf-8")
    with pytest.raises(ExportError, match="stands in 2024, where it would not be read"):
        consent.answers_on_paper(tmp_path, KEY)


def test_those_who_said_no_are_known(paper):
    answers = paper("id,anonymous_reporting\nb,no\n")
    assert len(consent.refusing(records(a="no", b="yes", c="yes"), "case", answers)) == 2


def test_a_line_whose_id_names_no_record_is_told(paper):
    answers = paper("id,anonymous_reporting\na,yes\nmistyped,no\nb,no\n")
    known = records(a="yes", b="yes")["case"]
    assert consent.unheard(answers, known) == (3,)
    assert consent.unheard(answers, known.head(1), known.tail(1)) == (3,)
    assert consent.unheard(answers, known.head(0)) == (2, 3, 4)
