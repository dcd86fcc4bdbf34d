"""The figure of living arrangements: surveys as numbers, print as texts, few children withheld, no survey said."""

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.estimates import _living_classes as classes
from analysis.figures import _living_rows as layout
from analysis.figures import living_arrangements

COUNTS = {"both_parents": 700, "mother_only_father_alive": 60, "mother_only_father_dead": 50}
COUNTS |= {"father_only_mother_alive": 40, "father_only_mother_dead": 30, "neither_both_alive": 100, "unknown": 4}
COUNTS |= {"neither_father_alive": 15, "neither_mother_alive": 20, "neither_both_dead": 3}
OTHERS = {
    classes.ORPHANHOOD: {"both_alive": 900, "mother_alive_only": 70, "father_alive_only": 45, "double_orphan": 3}
    | {"unknown": 4},
    classes.RELATION: {"relative": 120, "adopted_foster_step": 12, "non_relative": 6, "other": 0},
    classes.PARENTS: {"both_alive": 100, "one_dead": 35, "both_dead": 3, "unknown": 0},
}
PRINTED = [("both_parents", "73.9"), ("neither_parent", "14")]


def counts_of(outcome: str) -> dict[str, int]:
    given = COUNTS if outcome == classes.ARRANGEMENT else OTHERS[outcome]
    is_whole = outcome == classes.ARRANGEMENT
    groups = (
        {group: sum(given[level] for level in levels) for group, levels in classes.GROUPS.items()} if is_whole else {}
    )
    return given | groups | {"all": sum(given.values())}


def estimates(*surveys: str) -> pd.DataFrame:
    rows = []
    for survey in surveys:
        for outcome, levels in classes.LEVELS.items():
            n = counts_of(outcome)
            for at, level in enumerate(levels):
                share = n[level] / n["all"]
                row = {"outcome": outcome, "term": survey, "level": level, "n": n[level], "estimate": share}
                rows.append(row | {"source": "survey", "position": f"{at:02d}", "ci_low": share * 0.9})
    for level, value in PRINTED:
        row = {"outcome": classes.ARRANGEMENT, "term": f"national-{level}", "level": level, "value_printed": value}
        rows.append(row | {"source": "print", "position": "00", "estimate": float(value) / 100, "period": "2021-22"})
    missing = {"n": None, "ci_low": None, "period": None}
    frame = pd.DataFrame([{**missing, **row} for row in rows])
    return frame.assign(scale="share", note="made up", ci_high=pd.to_numeric(frame["ci_low"]) * 1.2)


def published(*surveys: str, origin: str = "simulated") -> pd.DataFrame:
    numbers = living_arrangements.NUMBERS.validated(living_arrangements.build(estimates(*surveys)), "living")
    return disclosure.publishable(numbers, living_arrangements.NUMBERS, "living_arrangements", origin).numbers


def drawn(numbers: pd.DataFrame):
    with charts.style():
        figure = living_arrangements.draw(numbers)
        charts.finish(figure, living_arrangements.words(numbers), "simulated")
        figure.draw_without_rendering()
    return figure


def texts(figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    return published("dhs-kh8-2021", "mics-2022")


def test_print_is_text_and_never_a_number_beside_those_of_surveys(numbers):
    printed = numbers[numbers["source"] == "print"]
    assert printed[["estimate", "ci_low", "ci_high", "n"]].isna().all(axis=None)
    assert set(printed["printed"]) == {"73.9", "14"}
    assert numbers.loc[numbers["source"] == "survey", "printed"].isna().all()


def test_few_children_are_withheld_with_what_would_give_them_away(numbers):
    own = numbers[numbers["term"] == "dhs-kh8-2021"].set_index(["outcome", "level"])
    assert pd.isna(own.loc[(classes.ARRANGEMENT, "neither_both_dead"), "estimate"])
    hidden = own["n"].isna()
    assert hidden.loc[classes.ARRANGEMENT].loc[list(classes.GROUPS["neither_parent"])].sum() >= 2
    assert not hidden[(classes.ARRANGEMENT, "neither_parent")]


def test_every_survey_has_its_column_and_print_its_own(numbers):
    found = texts(drawn(numbers))
    assert {"DHS 2021", "MICS 2022", "in print", "73.9 (2021–22)", "withheld"} <= set(found)
    assert "0" not in found


def test_the_title_speaks_of_the_simulated_survey_and_not_of_the_country(numbers):
    said = living_arrangements.words(numbers)
    assert said.title.startswith("In the simulated DHS 2021 and MICS 2022, 14% of children live with neither")
    assert "Cambodia" not in said.title
    assert "In print: 73.9% with both parents (2021-22)" in said.reading


def test_without_a_survey_the_figure_says_so():
    numbers = published()
    assert living_arrangements.words(numbers).title.startswith("No living arrangements of children")
    assert "nothing to show" in texts(drawn(numbers))


def test_of_many_surveys_the_latest_are_drawn():
    numbers = pd.DataFrame({"source": "survey", "term": ["dhs-kh8-2021", "mics-2014", "dhs-kh6-2014", "mics"]})
    assert layout.surveys_of(numbers.iloc[:3]) == ["mics-2014", "dhs-kh8-2021"]
    assert (layout.name_of("dhs-kh8-2021"), layout.name_of("mics")) == ("DHS 2021", "MICS")


def test_every_class_has_a_name_and_every_outcome_a_heading():
    assert set(layout.HEADINGS) == set(classes.LEVELS)
    assert {level for levels in classes.LEVELS.values() for level in levels} - {"all"} <= set(layout.NAMES)
