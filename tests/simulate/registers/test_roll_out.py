"""The roll-out: groups of communes a year, rate ratios as planted, trends parallel without the programme."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate.registers import roll_out


@pytest.fixture(scope="module")
def communes():
    number = np.arange(1, 1001)
    codes = pd.Series(number).map("01{:04d}".format)
    return pd.DataFrame({"commune_code": codes, "province_code": "01", "n_children": 2000 + number})


@pytest.fixture(scope="module")
def panel(numbers, communes):
    return roll_out.build(numbers, np.random.default_rng(6), communes, 1.0)


def test_every_commune_has_every_year_once_and_one_start(panel, numbers):
    choices = numbers.registers.commune_years
    assert not panel.duplicated(["commune_code", "year"]).any()
    assert len(panel) == choices.n_communes * choices.n_years
    assert not panel.drop_duplicates(["commune_code", "started_year"]).duplicated("commune_code").any()
    groups = panel.drop_duplicates("commune_code")["started_year"].value_counts()
    assert set(groups.index) == set(choices.started_years)
    assert groups.max() - groups.min() <= 1
    assert panel.drop_duplicates("commune_code")["started_year"].isna().sum() == round(
        choices.never_share * choices.n_communes
    )


def test_the_rate_ratio_of_a_group_grows_to_its_limit(numbers):
    choices = numbers.registers.commune_years
    year = pd.Series(range(2016, 2026))
    started = pd.Series(2018, index=year.index, dtype="Int64")
    since = np.clip(np.arange(2016, 2026) - 2018, None, choices.effect_years)
    expected = np.where(since >= 0, np.exp(choices.effect_first[0] + choices.effect_growth[0] * since), 1.0)
    assert roll_out.rate_ratio(choices, started, year) == pytest.approx(expected)
    never = pd.Series(pd.NA, index=year.index, dtype="Int64")
    assert (roll_out.rate_ratio(choices, never, year) == 1).all()


def test_entries_are_poisson_around_the_true_rate(panel):
    mean = panel["n_children"] * panel["untreated_per_100k_children"] * panel["rate_ratio"] / 100_000
    assert abs(panel["n_entries"].sum() - mean.sum()) < 4 * mean.sum() ** 0.5
    pearson = ((panel["n_entries"] - mean) ** 2 / mean).mean()
    assert abs(pearson - 1) < 4 * np.sqrt((2 + 1 / mean).mean() / len(panel))


def test_without_the_programme_trends_are_parallel_in_logarithms_and_levels_differ(panel, numbers):
    log_rate = np.log(panel["untreated_per_100k_children"])
    wide = log_rate.to_numpy().reshape(-1, numbers.registers.commune_years.n_years)
    assert np.diff(wide, axis=1) == pytest.approx(numbers.registers.commune_years.decline_year)
    first = panel[panel["year"] == panel["year"].min()]
    by_group = first.assign(log_rate=np.log(first["untreated_per_100k_children"])).groupby("started_year")["log_rate"]
    gap = by_group.mean().loc[2018] - by_group.mean().loc[2022]
    choices = numbers.registers.commune_years
    error = choices.commune_log_sd * np.sqrt(1 / by_group.size().loc[2018] + 1 / by_group.size().loc[2022])
    assert gap == pytest.approx(4 * np.log(choices.earlier_ratio), abs=4 * error)


def test_families_are_supported_only_where_the_programme_runs(panel):
    runs = (panel["year"] >= panel["started_year"]).fillna(False).astype(bool)
    assert (panel.loc[~runs, "n_families_supported"] == 0).all()
    assert panel.loc[runs, "n_families_supported"].mean() > 0


def test_a_small_country_has_no_more_communes_than_there_are(numbers, communes):
    few = roll_out.build(numbers, np.random.default_rng(1), communes.head(10), 0.02)
    assert few["commune_code"].nunique() == 10
    some = roll_out.build(numbers, np.random.default_rng(1), communes, 0.02)
    assert some["commune_code"].nunique() == numbers.registers.commune_years.least_communes
