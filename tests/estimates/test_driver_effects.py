"""Driver effects of made-up districts: every driver in every specification, what was left out, and the checks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import study
from analysis.estimates import _driver_checks, _driver_rows, driver_effects
from analysis.estimates._driver_specifications import Specification, fit, units_of

MAIN = Specification("n_facilities", "rci", "2015")
N_PROVINCES, N_DISTRICTS = 12, 5
PLANTED = 2.5
PROVINCES = [f"{code:02d}" for code in range(1, N_PROVINCES + 1)]


def districts() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    codes = [f"{province}{number:02d}" for province in PROVINCES for number in range(1, N_DISTRICTS + 1)]
    n = rng.integers(20_000, 60_000, len(codes))
    return pd.DataFrame(
        {
            "district_code": codes,
            "province_code": [code[:2] for code in codes],
            "n_children_2011": n,
            "n_people_2011": (2.5 * n).astype(int),
            "n_children_census": 0.9 * n,
            "idpoor_share": rng.uniform(0.1, 0.3, len(codes)),
            "is_town": pd.array(rng.random(len(codes)) < 0.4, "boolean"),
        }
    )


def facilities(seed: int = 2, rounds: tuple[str, ...] = ("2015",)) -> pd.DataFrame:
    """Return counts with 2.5 times the facilities per child in towns, and one facility without a district."""
    rng, frame = np.random.default_rng(seed), districts()
    mean = 6e-5 * frame["n_children_2011"] * np.where(frame["is_town"], PLANTED, 1.0)
    n = rng.poisson(mean * rng.gamma(3.0, 1 / 3, len(frame)))
    rows = [
        pd.DataFrame(
            {
                "district_code": [*frame["district_code"], "unknown"],
                "round_id": round_id,
                "facility_types": types,
                "children_are": "reported",
                "n_facilities": [*n, 1],
                "n_children": [*(20 * n), 20],
                "n_residents": [*(25 * n), 25],
                "n_facilities_uncounted": [1 * (n[0] > 0), *[0] * len(n)],
            }
        )
        for round_id in rounds
        for types in ("rci", "all")
    ]
    return pd.concat(rows, ignore_index=True)


def draws(seeds: tuple[int, ...]) -> pd.DataFrame:
    counts = [facilities(seed).query("facility_types == 'rci' and district_code != 'unknown'") for seed in seeds]
    return pd.concat([frame.assign(draw=draw) for draw, frame in enumerate(counts, start=1)])


def neighbours() -> pd.DataFrame:
    pairs = pd.DataFrame({"province_code": PROVINCES[:-1], "neighbour_code": PROVINCES[1:], "is_neighbour": True})
    return pairs.assign(reason="in a row")


def choices(**changed) -> study.Study:
    small = {"drivers": ["idpoor_share", "is_town"], "n_null_draws": 19, "n_zero_draws": 50} | changed
    chosen = study.load()
    for name, value in small.items():
        chosen = chosen.changed(f"driver_effects.{name}", value)
    return chosen


def estimated(counts: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = driver_effects.build(counts, draws((2, 2)), districts(), neighbours(), choices(), rng)
    return driver_effects.TABLE.validated(frame, "driver_effects")


def institutions(counts: pd.DataFrame) -> np.ndarray:
    is_one = (counts["facility_types"] == "rci") & (counts["district_code"] != "unknown")
    return counts.loc[is_one, "n_facilities"].to_numpy(float)


@pytest.fixture(scope="module")
def effects() -> pd.DataFrame:
    return estimated(facilities())


def main(effects: pd.DataFrame, term: str, specification: str = "alone", outcome: str = "n_facilities") -> pd.Series:
    is_row = (effects["role"] == "main") & (effects["term"] == term) & (effects["specification"] == specification)
    (row,) = effects[is_row & (effects["outcome"] == outcome)].to_dict("records")
    return row


def test_a_planted_effect_lies_in_its_interval_and_one_that_is_none_does_too(effects):
    town, poor = main(effects, "is_town"), main(effects, "idpoor_share", "together")
    assert 1 < town["ci_low"] < PLANTED < town["ci_high"]
    assert poor["ci_low"] < 1 < poor["ci_high"]


def test_every_row_says_districts_provinces_and_degrees_of_freedom(effects):
    row = main(effects, "is_town")
    n = N_PROVINCES * N_DISTRICTS
    assert (row["n"], row["n_provinces"], row["step"]) == (n, N_PROVINCES, 1)
    assert n - 4 <= row["df_residual"] <= n - 2
    assert row["df_interval"] == n - N_PROVINCES - 1


def test_the_step_is_a_standard_deviation_weighted_by_children(effects):
    of_each = districts()
    values, weights = of_each["idpoor_share"], of_each["n_children_2011"]
    mean = np.average(values, weights=weights)
    assert main(effects, "idpoor_share")["step"] == pytest.approx(
        np.sqrt(np.average((values - mean) ** 2, weights=weights))
    )


def test_every_definition_is_fitted_in_every_family_with_every_denominator(effects):
    ratios = effects[(effects["scale"] == "rate ratio") & ~effects["family"].str.contains("linking|filter")]
    definitions = ratios.groupby(["outcome", "level"]).ngroups
    assert definitions == 6  # facilities, children and residents, of institutions and of all
    assert len(ratios) == definitions * 4 * 3 * 2 * 2


def test_leaving_out_a_province_moves_the_ratio_to_both_sides(effects):
    left_out = effects[(effects["term"] == "is_town") & (effects["outcome"] == "n_facilities")]
    of_scale = left_out[left_out["specification"] == "alone"].set_index("scale")["estimate"]
    least, largest = (
        of_scale["least rate ratio without one province"],
        of_scale["largest rate ratio without one province"],
    )
    assert least < main(effects, "is_town")["estimate"] < largest


def test_linkages_that_agree_add_nothing_and_others_widen_the_interval(effects):
    linked = effects[effects["family"].str.contains("linking") & (effects["specification"] == "alone")]
    same = linked.set_index("term").loc["is_town"]
    assert same["estimate"] == pytest.approx(main(effects, "is_town")["estimate"], rel=1e-6)
    assert same["finding"] == "linking makes up 0.0% of the variance"
    counts = [institutions(facilities(seed)) for seed in (2, 5, 6)]
    units = units_of(districts(), choices())
    others = pd.DataFrame(_driver_rows.over_linkages(MAIN, counts, units, 0.95)).query("specification == 'alone'")
    other = others.set_index("term").loc["is_town"]
    assert other["df_interval"] < same["df_interval"]
    assert other["finding"] != same["finding"]


def test_facilities_that_were_not_used_are_counted(effects):
    counts = effects[effects["scale"] == "facilities"].set_index(["outcome", "term"])["estimate"]
    listed = facilities().query("facility_types == 'rci'")["n_facilities"].sum()
    of_facilities = counts["n_facilities"]
    assert of_facilities.sum() == listed
    assert of_facilities["district not known"] == 1
    assert counts["n_children", "no number of children"] == 1


def test_a_district_with_an_unknown_driver_is_left_out_and_its_facilities_said():
    unknown = districts()
    unknown.loc[0, "idpoor_share"] = np.nan
    units = units_of(unknown, choices())
    assert len(units.districts) == N_PROVINCES * N_DISTRICTS - 1
    counts = {row["term"]: row["estimate"] for row in driver_effects._facilities(facilities(), units, choices())}
    assert counts["a driver of the district not known"] == facilities()["n_facilities"].iloc[0]


def test_checks_tell_overdispersion_zeros_and_clustering(effects):
    checks = effects[effects["term"] == "the model"].set_index(["outcome", "scale", "family"])
    poisson = checks.loc[("n_children", "variance over the model's", "Poisson")]
    assert poisson["estimate"] > 5
    assert poisson["finding"] == "counts vary more than Poisson"
    moran = checks.loc["n_facilities"].loc["Moran's I of residuals"]
    assert set(moran.index) == {"NB2", "NB2 with provinces"}
    assert moran["p_value"].between(1 / 20, 1).all()


def test_a_spatial_filter_takes_up_clustering_that_nothing_else_does():
    units = units_of(districts(), choices())
    counts = institutions(facilities()) * np.where(units.provinces < PROVINCES[N_PROVINCES // 2], 8, 1)
    without_effects = replace(MAIN, family="NB2")
    filtered, filtered_beside_effects = (
        _driver_checks.filtered(one, counts, units, neighbours(), choices(), np.random.default_rng(6))
        for one in (without_effects, MAIN)
    )
    without = fit(without_effects, counts, units, ["idpoor_share", "is_town"])
    assert filtered.names[:4] == (*without.names, "pattern 0")
    assert filtered.log_likelihood > without.log_likelihood + 10
    assert filtered_beside_effects.names == without.names, "province effects leave nothing to take up"


@pytest.mark.parametrize(("p_value", "is_fitted"), [(0.01, True), (0.05, False), (0.9, False)])
def test_the_filter_is_fitted_by_the_rule_of_the_study(p_value, is_fitted):
    checked = [{"scale": "Moran's I of residuals", "family": "NB2 with provinces", "p_value": p_value}]
    assert driver_effects._is_clustered(checked, choices()) == is_fitted
    assert not driver_effects._is_clustered([checked[0] | {"family": "NB2"}], choices(moran_level=1.0))


@pytest.mark.parametrize(
    "counts", [facilities().head(0), facilities().assign(n_facilities=0, n_children=0, n_residents=0)]
)
def test_without_a_facility_there_is_no_row(counts):
    assert estimated(counts).empty


def test_a_list_of_another_round_alone_gives_no_model_and_no_failure():
    other = facilities(rounds=("2014",))
    nobody = draws((2, 3)).assign(n_facilities=0)  # linkages count the round of the main model, which is not there
    estimated = driver_effects.build(other, nobody, districts(), neighbours(), choices(), np.random.default_rng(0))
    assert not estimated.empty
    assert not estimated["family"].str.contains("linking").any()


def test_a_driver_that_repeats_another_is_said_to_and_stops_nothing():
    twice = districts()
    twice["migrants_abroad_share"] = twice["idpoor_share"]
    units = units_of(twice, choices(drivers=["idpoor_share", "migrants_abroad_share"]))
    rows = pd.DataFrame(_driver_rows.ratios(MAIN, institutions(facilities()), units, 0.95)).set_index("specification")
    assert rows.loc["together", "estimate"].isna().all()
    assert rows.loc["together", "finding"].str.contains("combination").all()
    assert (rows.loc["alone", "estimate"] > 0).all()


def test_a_rate_per_more_people_is_lower_and_its_ratio_the_same():
    units = units_of(districts(), choices())
    counts = institutions(facilities())
    rows = [
        {row["term"]: row["estimate"] for row in _driver_rows.ratios(one, counts, units, 0.95)}
        for one in (
            MAIN,
            replace(MAIN, denominator="children of the census"),
        )
    ]
    assert rows[0] == pytest.approx(rows[1], rel=1e-4)
