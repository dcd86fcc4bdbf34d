"""Figures of facility lists: withheld is hatched and no 0, what is printed stands apart, and no list is no crash."""

import pandas as pd
import pytest

from analysis import charts, disclosure, pipeline, store
from analysis import study as choices
from analysis.figures import facility_concentration, facility_flows, facility_funnel, formal_care_indicators

STUDY = choices.load()
MODULES = (facility_concentration, facility_flows, facility_funnel, formal_care_indicators)


def gated(module, estimates: pd.DataFrame, origin: str = "simulated") -> pd.DataFrame:
    inputs = [STUDY if name == "study" else estimates for name in pipeline.inputs_of(module.build)]
    name = module.__name__.rpartition(".")[2]
    numbers = module.NUMBERS.validated(module.build(*inputs), name)
    return disclosure.publishable(numbers, module.NUMBERS, name, origin).numbers


def drawn(module, numbers: pd.DataFrame):
    with charts.style():
        figure = module.draw(numbers)
        charts.finish(figure, module.words(numbers), "simulated")
        figure.draw_without_rendering()
    return figure


def texts(figure) -> str:
    return " ".join(text.get_text() for axes in figure.axes for text in axes.texts)


def hatched(axes) -> list:
    return [patch for patch in axes.patches if patch.get_hatch()]


def estimate_of(module) -> pd.DataFrame:
    return store.read(module.__name__.rpartition(".")[2])


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_without_any_list_a_figure_says_so(module):
    name = module.__name__.rpartition(".")[2]
    estimate = pipeline.module_of(f"estimates/{name}")
    tables = {
        table: store.read(table).iloc[:0] if table.startswith("facility") else store.read(table)
        for table in pipeline.tables_of(estimate.build)
    }
    inputs = {"study": STUDY, "rng": pipeline.generator(f"estimates/{name}"), **tables}
    made = estimate.build(**{key: inputs[key] for key in pipeline.inputs_of(estimate.build)})
    numbers = gated(module, estimate.TABLE.validated(made, name), "records")
    assert len(numbers) > 0, "a figure without a row could not be read again"
    assert module.words(numbers).title.startswith("No ")
    assert "nothing to show" in texts(drawn(module, numbers))


def with_few_not_found() -> pd.DataFrame:
    flows = estimate_of(facility_flows)
    is_gone = (flows["outcome"] == "not_found_again") & flows["term"].isin(["phnom_penh", "all"])
    others = (flows["outcome"] == "not_found_again") & ~is_gone
    few = flows["n"].mask(is_gone & (flows["level"] == "all"), 3).mask(others & (flows["level"] == "all"), 0)
    return flows.assign(n=few, estimate=flows["estimate"].mask(flows["scale"] == "facilities", few))


def test_facilities_not_found_again_are_hatched_if_few_and_never_called_closed():
    numbers = gated(facility_flows, with_few_not_found())
    gone = numbers[numbers["outcome"] == "not_found_again"].set_index("term")
    assert pd.isna(gone.loc["all", "estimate"])
    figure = drawn(facility_flows, numbers)
    assert hatched(figure.axes[0])
    assert "not found again: too few to tell" in texts(figure)
    assert "have closed" not in " ".join(facility_flows.words(numbers).as_dict().values())


def test_a_share_of_an_area_is_not_worked_out_around_a_withheld_part():
    numbers = pipeline.read_numbers("facility_flows")
    is_part = (numbers["outcome"] == "opened_since") & (numbers["term"] == "phnom_penh")
    hidden = numbers.assign(
        estimate=numbers["estimate"].mask(is_part), withheld=numbers["withheld"].mask(is_part, "few")
    )
    assert "Phnom Penh a part is withheld" in facility_flows.words(hidden).alt_text
    one_more = len(hatched(drawn(facility_flows, numbers).axes[1])) + 1
    assert len(hatched(drawn(facility_flows, hidden).axes[1])) == one_more


def test_a_withheld_step_of_the_funnel_is_hatched_and_said_to_be_withheld():
    numbers = pipeline.read_numbers("facility_funnel")
    is_step = (numbers["outcome"] == "authorised") & (numbers["term"] == "rci")
    hidden = numbers.assign(estimate=numbers["estimate"].mask(is_step))
    assert "a withheld share of residential care institutions" in facility_funnel.words(hidden).title
    assert len(hatched(drawn(facility_funnel, hidden).axes[0])) == 1


def test_unknown_gives_bounds_and_only_a_range_without_gaps_is_one_number():
    bounds = pd.Series({"low": 0.31, "high": 0.31})
    assert facility_funnel._said(bounds) == "31%"
    assert facility_funnel._said(pd.Series({"low": 0.31, "high": 0.4})) == "31% to 40%"
    assert facility_funnel._said(pd.Series({"low": 0.31, "high": float("nan")})) == "at least 31%"


@pytest.mark.parametrize("module", [facility_funnel, facility_concentration], ids=["funnel", "concentration"])
def test_what_is_printed_stands_in_a_panel_of_its_own(module):
    numbers = pipeline.read_numbers(module.__name__.rpartition(".")[2])
    figure = drawn(module, numbers)
    *ours, printed = figure.axes
    said = [text.get_text().replace("\n", " ") for text in printed.texts]
    assert printed.get_title(loc="left").startswith("Printed")
    assert set(numbers.loc[numbers["round_id"] == numbers["round_id"].max(), "printed"].dropna()) <= set(said)
    assert not printed.patches
    assert not [text for axes in ours for text in axes.texts if "of 406" in text.get_text()]


def test_printed_numbers_pass_the_gate_unrounded():
    numbers = pipeline.read_numbers("facility_funnel")
    assert "88% of 406 registered with any branch of government" in set(numbers["printed"].dropna())


def test_few_facilities_of_one_area_hide_an_indicator_in_all_areas_but_not_for_the_country():
    rows = estimate_of(formal_care_indicators)
    is_one = (rows["outcome"] == "indicator 07") & (rows["term"] == "siem_reap") & (rows["round_id"] == "2015")
    numbers = gated(formal_care_indicators, rows.assign(n_answered=rows["n_answered"].mask(is_one, 3)))
    of = numbers[numbers["round_id"] == "2015"].set_index(["outcome", "term"])["estimate"]
    assert of["indicator 07"].drop("all").isna().all()
    assert pd.notna(of["indicator 07", "all"])
    assert pd.notna(of["indicator 06", "siem_reap"])
    axes = drawn(formal_care_indicators, numbers).axes
    assert len(hatched(axes[2])) >= 4


def test_an_indicator_that_lists_cannot_give_is_named_with_who_could():
    figure = drawn(formal_care_indicators, pipeline.read_numbers("formal_care_indicators"))
    said = texts(figure).replace("\n", " ")
    for title in ("Adoption rate", "Ratio of children in residential versus family-based care"):
        assert title in said
    assert "case systems could give them" in said


def test_the_curve_and_the_measures_follow_their_numbers():
    numbers = pipeline.read_numbers("facility_concentration")
    is_told = (numbers["outcome"] == "curve") & (numbers["level"] == facility_concentration.TOLD_AT)
    moved = numbers.assign(estimate=numbers["estimate"].mask(is_told, 0.5))
    assert "hold 50% of" in facility_concentration.words(moved).title
    assert "50% of them" in texts(drawn(facility_concentration, moved))
    gone = numbers.assign(estimate=numbers["estimate"].mask(is_told))
    assert "a withheld share" in facility_concentration.words(gone).title


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__.rpartition(".")[2])
def test_no_column_repeats_an_exact_count(module):
    numbers = gated(module, estimate_of(module))
    for column in numbers.select_dtypes("Int64").columns.drop("exposure", errors="ignore"):
        assert (numbers[column].dropna() % STUDY.disclosure.round_to == 0).all(), column
