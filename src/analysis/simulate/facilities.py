"""Facilities as they truly were in 2015: where, of what type, how large, and who lives there.

Residents are calibrated to the mapping's printed totals; the standing of a facility with offices is in ``standing``.
"""

import numpy as np
import pandas as pd

from analysis.simulate import facility_names, standing
from analysis.simulate.sampling import beta_binomial
from analysis.study import Study

AGE_GROUPS = ("residents_age_0_3", "residents_age_4_12", "residents_age_13_17")
SHARES_OF_RESIDENTS = {  # column: the parameter of its share of residents under 18
    "residents_disability": "disability",
    "n_family_contact": "family_contact",
    "n_care_plan": "care_plan",
    "n_entry_assessed": "entry_assessed",
    "n_placement_reviewed": "placement_reviewed",
    "n_local_school": "local_school",
}


def draw(communes: pd.DataFrame, parameters: Study, rng: np.random.Generator, size: float) -> pd.DataFrame:
    """Return the facilities of ``world.COLUMNS`` without their lists, and the score of ``visibility`` lists draw from.

    ``communes`` as from ``communes.build``.
    """
    section = parameters.facilities
    types = [kind for kind, n in section.n.items() for _ in range(max(1, round(n * size)))]
    facilities = (
        pd.DataFrame({"facility_no": np.arange(1, len(types) + 1), "facility_type": types})
        .pipe(_placed, communes, section, rng)
        .pipe(_sized, section, rng)
        .pipe(_peopled, section, rng)
        .pipe(standing.with_standing, section, rng, size)
    )
    name_latin, name_km = facility_names.facility_names(facilities["facility_type"], rng)
    return facilities.assign(name_latin=name_latin, name_km=name_km).drop(columns=["size_score"])


def _placed(facilities: pd.DataFrame, communes: pd.DataFrame, section: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the area by type, then the commune: by its province's children, town and an effect of its own."""
    weights = _commune_weights(communes, section.places, rng)
    area_names = np.array([*section.areas, "elsewhere"])
    commune_rows = np.empty(len(facilities), dtype=int)
    area = np.empty(len(facilities), dtype=object)
    for kind, of_kind in facilities.groupby("facility_type", sort=False).indices.items():
        shares = np.array(section.area_weights[kind], dtype=float)
        area[of_kind] = rng.choice(area_names, size=len(of_kind), p=shares / shares.sum())
    for name in area_names:
        (rows,), (candidates,) = np.nonzero(area == name), np.nonzero(communes["area"].eq(name))
        chances = weights[candidates] / weights[candidates].sum()
        commune_rows[rows] = rng.choice(candidates, size=len(rows), p=chances)
    places = communes[["commune_code", "district_code", "province_code", "area", "is_urban"]].iloc[commune_rows]
    return facilities.join(places.reset_index(drop=True))


def _commune_weights(communes: pd.DataFrame, places: Study, rng: np.random.Generator) -> np.ndarray:
    effect = np.exp(rng.normal(0, places.sd_log_commune, len(communes)))
    own = communes["n_children"] * np.where(communes["is_urban"], places.town_odds, 1.0) * effect
    by_province = communes["province_code"]
    children_of_province = communes["n_children"].groupby(by_province).transform("sum")
    return (
        children_of_province**places.province_concentration * own / own.groupby(by_province).transform("sum")
    ).to_numpy()


def _sized(facilities: pd.DataFrame, section: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Draw log-normal numbers of residents under 18 around the mean of type and area."""
    sizes, is_rci = section.sizes, facilities["facility_type"].eq("rci")
    is_priority = facilities["area"].ne("elsewhere")
    mean = np.select(
        [is_rci & is_priority, is_rci, is_priority],
        [sizes.rci_mean_priority, sizes.rci_mean_elsewhere, sizes.other_mean_priority],
        sizes.other_mean_elsewhere,
    )
    score = rng.standard_normal(len(facilities))
    children = np.exp(np.log(mean) - sizes.sd_log**2 / 2 + sizes.sd_log * score)
    ratio = np.where(is_priority, sizes.adults_per_child_priority, sizes.adults_per_child_elsewhere)
    own_ratio = ratio * rng.gamma(sizes.adults_shape, 1 / sizes.adults_shape, len(facilities))
    residents = np.maximum(1, children.round()).astype(int)
    return facilities.assign(
        size_score=score, residents_u18=residents, residents_18plus=rng.poisson(residents * own_ratio)
    )


def _peopled(facilities: pd.DataFrame, section: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Draw who the residents are and how they came and went; drops ``residents_u18``, the sum of girls and boys."""
    kind, n, own = facilities["facility_type"], facilities["residents_u18"].to_numpy(), section.residents
    girls = beta_binomial(n, kind.map(dict(section.female)), own.concentration, rng)
    counts = {name: beta_binomial(n, own[share], own.concentration, rng) for name, share in SHARES_OF_RESIDENTS.items()}
    exits = rng.poisson(n * own.exits_rate)
    to_family = rng.binomial(exits, own.exits_family_share)
    return facilities.drop(columns="residents_u18").assign(
        residents_u18_f=girls,
        residents_u18_m=n - girls,
        residents_parent_alive=beta_binomial(n, kind.map(dict(section.parent_alive)), own.concentration, rng),
        **_ages(kind, n, section, rng),
        **counts,
        admissions_12m=rng.poisson(n * own.admissions_rate),
        exits_family_12m=to_family,
        exits_other_12m=exits - to_family,
        deaths_12m=rng.binomial(n, own.deaths_rate),
    )


def _ages(kind: pd.Series, n: np.ndarray, section: Study, rng: np.random.Generator) -> dict[str, np.ndarray]:
    means = np.array([section.ages[one] for one in kind])
    own = rng.gamma(means * section.residents.concentration)  # Dirichlet shares once divided by their sum
    counts = rng.multinomial(n, own / own.sum(axis=1, keepdims=True))
    return dict(zip(AGE_GROUPS, counts.T, strict=True))
