"""What may be told of a province is drawn, what may not is hatched; numbers are made of rounded counts."""

import numpy as np
import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis import study as choices
from analysis.estimates import facility_clustering, facility_rates
from analysis.figures import facility_map

CODES = [f"{code:02d}" for code in range(1, 26)]
PROVINCES = pd.DataFrame({"province_code": CODES, "province": [f"Province {code}" for code in CODES]})
CHILDREN = pd.DataFrame({"province_code": CODES, "n_children_2011": 100_000})
RING = pd.DataFrame(
    {"province_code": CODES[:-1], "neighbour_code": CODES[1:], "is_neighbour": True, "reason": "they touch"}
)


def panel(sizes: dict[str, list[int | None]]) -> pd.DataFrame:
    rows = [(code, size) for code, own in sizes.items() for size in own]
    frame = pd.DataFrame(rows, columns=["province_code", "n_children"])
    return frame.assign(round_id="2015", facility_type="rci", district_code=frame["province_code"] + "01").astype(
        {"n_children": "Int64", "province_code": "str", "round_id": "str", "district_code": "str"}
    )


def made(sizes: dict[str, list[int | None]]) -> pd.DataFrame:
    study = choices.load().changed("spatial.n_permutations", 99)
    facilities = panel(sizes)
    rates = facility_rates.build(facilities, CHILDREN, PROVINCES, study)
    districts = pd.concat([CHILDREN.assign(district_code=CHILDREN["province_code"] + end) for end in ("01", "02")])
    indices = facility_clustering.build(facilities, CHILDREN, RING, districts, study, np.random.default_rng(1))
    numbers = facility_map.build(
        facility_rates.TABLE.validated(rates, "facility_rates"),
        facility_clustering.TABLE.validated(indices, "facility_clustering"),
        study,
    )
    return facility_map.NUMBERS.validated(numbers, "facility_map")


def published(sizes: dict[str, list[int | None]]) -> pd.DataFrame:
    return disclosure.publishable(made(sizes), facility_map.NUMBERS, "facility_map", "simulated").numbers


MANY = {code: [30, 20, 41, 9, 18, 25, 33] for code in CODES[:18]} | {"12": [40] * 60}
FEW = {"20": [30, 20, 41, 9], "21": [3, 2, 1, 1, 1], "22": [500, 400, 10, 10, 10, 10], "23": [25]}


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    return published(MANY | FEW)


def rate_of(numbers: pd.DataFrame, term: str) -> pd.Series:
    return numbers[(numbers["outcome"] == facility_rates.CHILDREN) & (numbers["term"] == term)].iloc[0]


@pytest.mark.parametrize("term", ["20", "21", "22", "23", "24", "25"])
def test_few_institutions_few_children_two_that_hold_nearly_all_and_none_are_withheld(numbers, term):
    row = rate_of(numbers, term)
    assert row[["estimate", "ci_low", "ci_high", "n"]].isna().all()
    assert "hides such a number" in row["withheld"]


def test_what_is_shown_follows_from_rounded_counts_and_holds_its_rate(numbers):
    """176 children in 7 institutions: told as 175, with the interval of 5 institutions."""
    row = rate_of(numbers, "01")
    assert (row["n"], row["estimate"]) == (175, 175)
    exact = made(MANY | FEW)
    assert rate_of(exact, "01")["estimate"] == 175
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    sizes = pd.Series([size for own in (MANY | FEW).values() for size in own], dtype="float64")
    half = 1.959964 * np.sqrt((1 + (sizes.std() / sizes.mean()) ** 2) / 5)
    assert row["ci_high"] / row["ci_low"] == pytest.approx(np.exp(2 * half), rel=0.03)


def test_no_number_tells_of_institutions_and_the_shares_of_the_largest_stay_here(numbers):
    assert not {"top_two_share", "n_facilities", "shrunk"} & set(numbers.columns)


def test_words_name_who_lies_above_and_how_many_are_hidden(numbers):
    said = facility_map.words(numbers)
    assert said.title.startswith("In the simulated lists, Province 12 has a clearly high rate of children")
    n_hidden = int(facility_map._provinces(numbers)["estimate"].isna().sum())
    assert said.title.endswith(f"; {n_hidden} provinces are withheld")
    assert "Moran's I of neighbouring provinces is" in said.reading


def test_every_withheld_province_is_hatched_and_every_shown_one_has_its_number(numbers):
    with charts.style():
        figure = charts.finish(facility_map.draw(numbers), facility_map.words(numbers), "simulated")
        tiles, intervals = figure.axes
        hatched = [patch for patch in tiles.patches if patch.get_hatch()]
        n_hidden = int(facility_map._provinces(numbers)["estimate"].isna().sum())
        assert len(hatched) == n_hidden + 1, "and the key"
        assert len(intervals.get_yticklabels()) == 25 - n_hidden + 1, "and all provinces"
        assert {text.get_text() for text in tiles.texts} >= {"175", "withheld"}


@pytest.mark.parametrize("sizes", [{}, {"12": [30, 4]}, {"12": [None] * 9}])
def test_lists_without_an_institution_that_may_be_told_make_a_figure_all_the_same(sizes):
    numbers = published(sizes)
    assert facility_map._shown(numbers).empty
    with charts.style():
        figure = charts.finish(facility_map.draw(numbers), facility_map.words(numbers), "simulated")
        assert charts.rendered(figure)[".png"]
    said = facility_map.words(numbers).as_dict()
    assert "no province shown has a clearly high rate" in said["title"]
    assert "nan" not in " ".join(said.values())
