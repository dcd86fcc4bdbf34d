"""A screening of facilities: which ones a team assesses, what is true of each item, and what the team answers.

The team goes where somebody is worried, so the facilities are a selected sample. What is true of an item depends on a
score of the facility; where the country already says it, as of registration, the item says the same. The team does
not learn all of it: it leaves items out, writes that it does not know, and is told "no" where the truth is yes.
"""

import numpy as np
import pandas as pd
from scipy import special

from analysis import sources
from analysis.simulate.draws import words
from analysis.simulate.sampling import days, happens
from analysis.study import Study


def draw(
    facilities: pd.DataFrame, screening: Study, rng: np.random.Generator, size: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``screenings`` and ``screening_answers`` of ``world.COLUMNS``; ``size`` 1 is a whole country."""
    items = sources.read("screening_items_assembled").reset_index(drop=True)
    assessed = _assessed(facilities, screening, rng, size)
    is_true = _truth(assessed, items, screening, rng)
    response = _responses(is_true, items["element"].to_numpy(), screening, rng)
    grade = _grades(response, items["element"].to_numpy(), screening, rng)
    n_facilities, n_items = is_true.shape
    answers = pd.DataFrame(
        {
            "facility_no": np.repeat(assessed["facility_no"].to_numpy(), n_items),
            "item_id": np.tile(items["item_id"].to_numpy(), n_facilities),
            "is_true": is_true.ravel(),
            "response": response.ravel(),
            "evidence_grade": grade.ravel(),
        }
    )
    return assessed[["facility_no", "assessed_on", "assessor_role"]], answers.astype(
        {"item_id": "str", "response": "str", "evidence_grade": "str"}
    )


def _assessed(facilities: pd.DataFrame, screening: Study, rng: np.random.Generator, size: float) -> pd.DataFrame:
    """Return the facilities that are assessed, by province, with when, by whom and their score."""
    score = rng.standard_normal(len(facilities))
    is_unregistered = facilities["registration_status"].eq("none").to_numpy()
    odds = screening.worry_odds**score * np.where(is_unregistered, screening.unregistered_odds, 1.0)
    n = min(len(facilities), max(screening.least_assessed, round(screening.n_assessed * size)))
    chosen = np.sort(rng.choice(len(facilities), n, replace=False, p=odds / odds.sum()))
    assessed = facilities.iloc[chosen].assign(
        score=score[chosen],
        assessed_on=days(screening.started_on, screening.n_days, n, rng),
        assessor_role=words(rng, screening.roles, n),
    )
    return assessed.sort_values(["province_code", "facility_no"], ignore_index=True)


def _truth(assessed: pd.DataFrame, items: pd.DataFrame, screening: Study, rng: np.random.Generator) -> np.ndarray:
    """Return whether each item (column) holds for each facility (row)."""
    base = special.logit(items["element"].map(dict(screening.true_share)).to_numpy(dtype=float))
    own = base + rng.normal(0, screening.sd_item, len(items))
    is_true = happens(own + screening.score * assessed["score"].to_numpy()[:, None], rng)
    known = {
        "unauthorised": assessed["registration_status"].eq("none"),
        "uninspected": ~assessed["inspected_ever"].astype(bool),
    }
    for place, kind in enumerate(items["sub_element"]):
        if kind in known:
            is_true[:, place] = known[kind]
    return is_true


def _responses(is_true: np.ndarray, element: np.ndarray, screening: Study, rng: np.random.Generator) -> np.ndarray:
    """Return what the team answers: some true items are hidden from it, some items it cannot tell or leaves out."""
    hidden, unknown = (_by_element(share, element) for share in (screening.hidden_share, screening.unknown_share))
    is_seen = is_true & (rng.random(is_true.shape) >= hidden)
    is_unknown = rng.random(is_true.shape) < unknown
    is_left_out = rng.random(is_true.shape) < screening.not_assessed_share
    return np.select([is_left_out, is_unknown, is_seen], ["not_assessed", "unknown", "yes"], "no").astype(object)


def _grades(response: np.ndarray, element: np.ndarray, screening: Study, rng: np.random.Generator) -> np.ndarray:
    """Return the evidence noted for each answer: for every yes and some of the no, "unknown" where none is noted."""
    drawn = np.empty(response.shape, dtype=object)
    for kind, shares in screening.grades.items():
        columns = np.flatnonzero(element == kind)
        drawn[:, columns] = words(rng, shares, len(response) * len(columns)).reshape(len(response), -1)
    is_noted = rng.random(response.shape) < np.where(response == "yes", screening.noted_of_yes, screening.noted_of_no)
    return np.where(np.isin(response, ["yes", "no"]) & is_noted, drawn, "unknown")


def _by_element(shares: Study, element: np.ndarray) -> np.ndarray:
    return np.array([shares[kind] for kind in element])
