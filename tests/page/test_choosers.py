"""Choosers: what is told of a definition, a scenario and a province is what the published numbers hold."""

import pandas as pd
import pytest

from analysis import country, pipeline
from analysis.page import choosers, entries, provinces

NAMES = ("national_totals", "response_plan", *provinces.NEEDED)


@pytest.fixture(scope="module")
def found() -> dict[str, entries.Entry]:
    """Return the figures that the choosers need."""
    return {name: entries.read(pipeline.FIGURES, name, "en") for name in NAMES}


def test_every_printed_total_is_a_definition_by_year_and_one_seen_at_its_source_is_shown_first(found):
    told, totals = choosers.definitions(found), found["national_totals"].numbers
    printed = totals[totals["ci_low"] == ""]
    assert sorted(one.value for one in told) == sorted(f"{float(value):,.0f}" for value in printed["estimate"])
    assert [one.period for one in told] == sorted(one.period for one in told)
    (first,) = [one for one in told if one.is_first]
    assert first.grade == choosers.GRADES["A"]
    assert all(one.document.count(",") >= 1 for one in told), "a title with its publisher, not a short name"


def test_a_definition_tells_its_interval_and_whose_it_is_or_that_there_is_none(found):
    told = {one.value: one.doubt for one in choosers.definitions(found)}
    assert "how many children were missed is not known" in told["16,579"]
    assert "By Homeward's reckoning its 95% interval would be 47,179 to 50,371" in told["48,775"]
    assert "20,947 to 113,573 if communes differ most" in told["48,775"]


def test_every_scenario_tells_the_workers_it_needs_in_the_order_of_the_plan(found):
    plan = found["response_plan"].numbers
    needed = plan[plan["outcome"] == "workers needed"].sort_values("position")
    told = choosers.scenarios(found)
    assert [one.name for one in told] == needed["term"].tolist()
    first = needed.iloc[0]
    low, high = (f"{float(first[end]):,.0f}" for end in ("ci_low", "ci_high"))
    assert told[0].workers == f"{float(first['estimate']):,.0f} ({low} to {high}) social workers"


def test_a_scenario_tells_what_those_there_could_do_which_posts_it_takes_and_what_a_child_costs(found):
    for scenario in choosers.scenarios(found):
        text = " ".join(scenario.sentences)
        assert "of contacts are on time" in text
        assert "posts: Government posts" in text
        assert "US dollars" in text
        assert "nan" not in text


def test_every_province_stands_once_under_its_name_counted_or_modelled(found):
    told, rates = provinces.provinces(found), found["province_rates"].numbers
    assert len(told) == country.N_PROVINCES
    assert [one.name for one in told] == sorted(rates["term"])
    counted = set(rates.loc[rates["is_count_printed"] == "True", "term"])
    assert {one.name for one in told if one.is_counted} == counted
    for one in told:
        assert ("how many institutions stand there" in one.not_known) != one.is_counted, one.name
        assert "how many children live in residential care there" in one.not_known


def test_a_province_tells_its_rate_with_its_interval_and_the_children_of_its_group(found):
    (told,) = [one for one in provinces.provinces(found) if one.name == "Phnom Penh"]
    assert told.rate == "30"
    assert "interval 25 to 36" in told.meaning
    assert "counted 117 institutions" in told.sentences[0]
    assert "the five priority provinces together only: 11,788" in told.sentences[1]


def test_conditions_stand_beside_the_median_with_a_printed_interval_only_where_there_is_one(found):
    conditions = found["province_conditions"].numbers
    for one in provinces.provinces(found):
        assert len(one.conditions) == conditions["condition"].nunique()
        with_interval = [condition.label for condition in one.conditions if " to " in condition.value]
        assert with_interval == [provinces.CONDITIONS["mpi"]], one.name
    poor = pd.to_numeric(conditions.loc[conditions["condition"] == "idpoor_share", "value"]).median()
    medians = {c.median for p in provinces.provinces(found) for c in p.conditions if "IDPoor" in c.label}
    assert medians == {f"{poor:.1f}"}


def test_every_condition_has_a_name_a_reader_knows_and_its_document(found):
    assert set(found["province_conditions"].numbers["condition"]) == set(provinces.CONDITIONS)
    assert len(provinces.measures(found)) == len(provinces.CONDITIONS)


def test_where_a_figure_is_left_out_its_chooser_is_too():
    assert choosers.definitions({}) == choosers.scenarios({}) == provinces.provinces({}) == provinces.measures({}) == []
