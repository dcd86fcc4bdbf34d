"""The standing of a facility: how well known it is, who runs it, registration, agreement, staff, money, closure."""

import numpy as np
import pandas as pd
from scipy import special

from analysis.imported import allowed
from analysis.simulate import facility_names
from analysis.simulate.sampling import drawn
from analysis.study import Study

REGISTRATIONS = np.array(["mosvy", "other_government", "none"])
AGREEMENTS = np.array(["valid", "expired", "none"])
OPERATORS = np.array(["government", "ngo_local", "ngo_international", "faith_based", "private"])
FUNDING = np.array([source for source in allowed.MAIN_FUNDING if source != "unknown"])
MAPPING_YEAR = 2015


def with_standing(facilities: pd.DataFrame, section: Study, rng: np.random.Generator, size: float) -> pd.DataFrame:
    """Return ``facilities`` with the columns of its standing and ``visibility``, a standard normal score.

    Needs ``size_score`` and ``is_urban``. Better known facilities are registered and have agreements more often.
    """
    known = facilities.assign(visibility=_visibility(facilities, section.visibility, rng))
    registration = REGISTRATIONS[_by_visibility(known, section.registration, section.visibility, rng)]
    operator_type = OPERATORS[drawn(_by_type(known, section.operators), rng.random(len(known)))]
    children = known["residents_u18_f"] + known["residents_u18_m"]
    staff = np.maximum(1, rng.poisson(children / section.staff.children_per_staff))
    return known.assign(
        registration_status=registration,
        mou_status=AGREEMENTS[_by_visibility(known, section.agreement, section.visibility, rng)],
        authorised_sd119=(_tail(known, section.visibility, rng) < section.visibility.sd119_share)
        & (registration != "none"),
        operator_type=operator_type,
        operator_name=facility_names.operator_names(pd.Series(operator_type), section.operators, rng),
        opened_year=_opened(len(known), section.operators, rng),
        staff_total=staff,
        staff_qualified=rng.binomial(staff, section.staff.qualified_share),
        hosts_visitors=rng.random(len(known)) < _visitors(known, section.money),
        main_funding=FUNDING[drawn(section.money.funding, rng.random(len(known)))],
        closed_in_wave_2023=_closed(known["facility_type"].eq("rci"), registration, section.closures, rng, size),
    )


def _visibility(facilities: pd.DataFrame, visibility: Study, rng: np.random.Generator) -> np.ndarray:
    is_urban = facilities["is_urban"].to_numpy(dtype=float)
    town = (is_urban - is_urban.mean()) / max(is_urban.std(), 0.1)
    chance = np.sqrt(1 - visibility.size**2 - visibility.town**2) * rng.standard_normal(len(facilities))
    return visibility.size * facilities["size_score"].to_numpy() + visibility.town * town + chance


def _tail(facilities: pd.DataFrame, visibility: Study, rng: np.random.Generator) -> np.ndarray:
    """Return uniform numbers, low for facilities of high visibility."""
    own = np.sqrt(1 - visibility.registration_correlation**2) * rng.standard_normal(len(facilities))
    return special.ndtr(-(visibility.registration_correlation * facilities["visibility"].to_numpy() + own))


def _by_visibility(facilities: pd.DataFrame, shares: Study, visibility: Study, rng: np.random.Generator) -> np.ndarray:
    """Return classes with the given shares by type, the first classes for the best known."""
    return drawn(_by_type(facilities, shares), _tail(facilities, visibility, rng))


def _by_type(facilities: pd.DataFrame, shares: Study) -> np.ndarray:
    return np.array([shares[kind] for kind in facilities["facility_type"]])


def _opened(n: int, operators: Study, rng: np.random.Generator) -> np.ndarray:
    age = rng.exponential(operators.opened_median_years_before_2015 / np.log(2), n)
    return np.maximum(operators.opened_earliest, MAPPING_YEAR - age.astype(int))


def _visitors(facilities: pd.DataFrame, money: Study) -> np.ndarray:
    where_tourists_go = facilities["province_code"].isin(money.tourist_provinces)
    return np.where(where_tourists_go, money.visitors_where_tourists_go, money.visitors_elsewhere)


def _closed(
    is_rci: pd.Series, registration: np.ndarray, closures: Study, rng: np.random.Generator, size: float
) -> np.ndarray:
    """Draw the institutions of the closure wave, those without registration with higher odds."""
    weight = is_rci * np.where(registration == "none", closures.unregistered_odds, 1.0)
    n = min(max(1, round(closures.n_in_wave * size)), int(is_rci.sum()))
    closed = np.zeros(len(is_rci), dtype=bool)
    closed[rng.choice(len(is_rci), size=n, replace=False, p=weight / weight.sum())] = True
    return closed
