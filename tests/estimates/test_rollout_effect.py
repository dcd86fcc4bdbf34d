"""The roll-out: planted ratios come back, every row has its counts, and registers with little in them say little."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from analysis import disclosure, study
from analysis.estimates import rollout_effect
from analysis.figures import rollout_effect as figure

STUDY = study.load().changed("rollout_effect.n_permutations", 10)
YEARS = np.arange(2015, 2025)


def register(ratio_of, *, n_each=10, starts=(2018, 2020, None), n_children=40_000, blank=()):
    """Return commune years with exactly the expected entries: rates differ, fall, and are ``ratio_of`` years since."""
    rows = []
    for group, start in enumerate(starts):
        for number in range(n_each):
            code = f"{1 + number % 8:02d}{group + 1:02d}{number + 1:02d}"
            base = 0.002 * (1 + 0.3 * group + 0.05 * number)
            for year in YEARS:
                since = year - start if start else -1
                rate = base * 0.95 ** (year - YEARS[0]) * (ratio_of(since) if since >= 0 else 1)
                told = {"commune_code": code, "year": year, "province_code": code[:2], "started_year": start}
                rows.append(told | {"n_children": n_children, "n_entries": round(n_children * rate)})
    made = pd.DataFrame(rows).astype(dict.fromkeys(("year", "n_children", "n_entries", "started_year"), "Int64"))
    made.loc[list(blank), "n_entries"] = pd.NA
    return made.assign(n_families_supported=pd.array([None] * len(made), "Int64"))


def estimated(commune_years, choices=STUDY):
    built = rollout_effect.build(commune_years, choices, np.random.default_rng(1))
    return rollout_effect.TABLE.validated(built, "rollout_effect")


def told(estimates, term, level, scale="rate ratio"):
    is_it = (estimates["term"] == term) & (estimates["level"] == level) & (estimates["scale"] == scale)
    return estimates[is_it & (estimates["measure"] == "by itself")].iloc[0]


@pytest.fixture(scope="module")
def grown():
    """Return what is told where the ratio falls by a tenth a year since the start."""
    return estimated(register(lambda since: 0.9 - 0.1 * min(since, 4)))


def test_planted_ratios_come_back_by_year(grown):
    for since in range(5):
        assert told(grown, "years since the start", str(since))["estimate"] == pytest.approx(
            0.9 - 0.1 * since, abs=0.02
        )
    for before in (-1, -2, -3):
        assert told(grown, "years before the start", str(before))["estimate"] == pytest.approx(1, abs=0.02)


def test_parts_add_up_to_the_counts_of_all(grown):
    for term in ("years since the start", "year of the start"):
        rows = grown[(grown["term"] == term) & (grown["measure"] == "by itself")].set_index("level")
        assert rows.loc["all", "n"] == rows.drop("all")["n"].sum()
    assert told(grown, "communes", "all", "communes")["estimate"] == 30
    assert told(grown, "years since the start", "all")["n_communes"] == 20


def test_what_is_told_of_all_is_one_number_in_three_scales(grown):
    ratio = told(grown, "years since the start", "all")
    entries = told(grown, "years under the programme", "all", "entries")
    assert ratio["n"] / (ratio["n"] - entries["estimate"]) == pytest.approx(ratio["estimate"], rel=1e-3)
    rate = told(grown, "years under the programme", "all", "per 100,000 children a year")
    child_years = 40_000 * 10 * (7 + 5)
    assert rate["estimate"] * child_years / 1e5 == pytest.approx(entries["estimate"], rel=1e-6)
    assert entries["ci_low"] < entries["estimate"] < entries["ci_high"] < 0


def test_proportional_trends_leave_nothing_where_the_programme_changes_nothing_and_additive_ones_do_not():
    found = estimated(register(lambda since: 1.0))
    assert told(found, "years since the start", "all")["estimate"] == pytest.approx(1, abs=0.01)
    assert told(found, "how it was told", "additive trends")["estimate"] > 1.03, "levels differ, and all fall"


def test_the_usual_regression_tells_too_little_where_effects_grow(grown):
    usual = told(grown, "how it was told", "two-way regression")
    assert usual["estimate"] > told(grown, "years since the start", "all")["estimate"] + 0.03
    assert usual["ci_low"] > 0.9 - 0.1 * np.mean([*range(5), 4, 4, *range(5)]), "beyond the mean of what was planted"
    assert (
        told(grown, "how it was told", "two-way, compared with earlier starts", "share of weights")["estimate"] > 0.05
    )


def test_bands_are_not_narrower_than_intervals(grown):
    years = grown[grown["term"].isin(["years since the start", "years before the start"]) & (grown["level"] != "all")]
    wide = years.pivot_table(index=["term", "level"], columns="measure", values=["ci_low", "ci_high"])
    assert (wide["ci_low"]["all years at once"] <= wide["ci_low"]["by itself"]).all()
    assert (wide["ci_high"]["all years at once"] >= wide["ci_high"]["by itself"]).all()


def test_a_handful_of_communes_is_not_told_by_itself():
    found = estimated(register(lambda since: 0.8, n_each=4))
    row = told(found, "year of the start", "2018")
    assert pd.isna(row["estimate"])
    assert row["note"].startswith("not told")
    assert row["n"] > 0
    assert pd.notna(told(found, "years since the start", "all")["estimate"])


def test_a_commune_to_a_group_has_a_number_an_order_and_no_interval():
    one_a_year = register(lambda since: 0.5, n_each=1, starts=(2018, 2019, 2020, 2021, 2022, None, None, None))
    found = estimated(one_a_year)
    row = told(found, "years since the start", "all")
    assert row["estimate"] == pytest.approx(0.5, abs=0.02)
    assert pd.isna(row["ci_low"])
    assert told(found, "order of starts", "by lot", "p-value")["estimate"] == pytest.approx(1 / 11)


def test_years_nobody_told_leave_a_commune_out_of_its_cells_only():
    found = estimated(register(lambda since: 0.8, blank=[0, 1, 25, 130]))
    assert told(found, "years since the start", "all")["estimate"] == pytest.approx(0.8, abs=0.02)


def test_one_group_without_years_before_it_says_why_by_missing_numbers():
    found = estimated(register(lambda since: 0.8, starts=(2016, None)))
    assert told(found, "years since the start", "0")["estimate"] == pytest.approx(0.8, abs=0.02)
    assert pd.isna(told(found, "before the start", "drift a year")["estimate"])
    assert len(found[found["term"] == "how it was told"]) == 9


@pytest.mark.parametrize("empty", ["no row", "nobody started", "one year", "nothing told", "all from the first year"])
def test_registers_that_cannot_tell_make_no_row_and_a_figure_that_says_so(empty):
    whole = register(lambda since: 0.8, n_each=2)
    given = {
        "no row": whole.iloc[:0],
        "nobody started": whole.assign(started_year=pd.array([None] * len(whole), "Int64")),
        "one year": whole[whole["year"] == 2015],
        "nothing told": whole.assign(n_entries=pd.array([None] * len(whole), "Int64")),
        "all from the first year": whole.assign(started_year=pd.array([2015] * len(whole), "Int64")),
    }[empty]
    found = estimated(given)
    assert found.empty
    numbers = figure.NUMBERS.validated(figure.build(found), "rollout_effect")
    passed = disclosure.publishable(numbers, figure.NUMBERS, "rollout_effect", "simulated").numbers
    assert figure.words(passed).title.startswith("No effect of a roll-out")


@pytest.mark.parametrize(("n_children", "is_told"), [(40_000, True), (300, False)])
def test_the_figure_tells_numbers_that_passed_the_gate(n_children, is_told):
    found = estimated(register(lambda since: 0.8, n_children=n_children, n_each=6 if is_told else 2))
    numbers = figure.NUMBERS.validated(figure.build(found), "rollout_effect")
    passed = disclosure.publishable(numbers, figure.NUMBERS, "rollout_effect", "records").numbers
    words = figure.words(passed)
    if is_told:
        plt.close(figure.draw(passed))
    assert words.title.startswith("In these records, ")
    assert ("fewer children entered care" in words.title) == is_told
    assert len(words.title) <= 150
