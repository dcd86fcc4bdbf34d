"""A small made-up survey of children, complete, in which poverty and migration raise the odds of placement."""

import numpy as np
import pandas as pd

N_HOUSEHOLDS, N_CHILDREN = 900, 2


def children(seed: int = 1, n_households: int = N_HOUSEHOLDS) -> pd.DataFrame:
    """Return two children of each household, 30 villages in two strata; about one in eight was placed."""
    rng = np.random.default_rng(seed)
    home = np.repeat(np.arange(n_households), N_CHILDREN)
    n = len(home)

    def shared(values):
        return pd.Series(np.asarray(values)[home])

    village = np.arange(n_households) % 30
    rows = pd.DataFrame(
        {
            "member_id": [f"{number:016x}" for number in range(n)],
            "household_key": [f"{number:016x}" for number in home],
            "survey_stratum": shared(np.where(village < 15, "01-rural", "01-urban")),
            "survey_cluster": shared([f"{number % 15}" for number in village]),
            "survey_weight": shared(rng.uniform(10, 30, 30)[village]),
            "province_code": "01",
            "id_poor": shared(
                rng.choice(["level_1", "level_2", "at_risk", "no"], n_households, p=[0.2, 0.2, 0.1, 0.5])
            ),
            "school_distance_km": shared(rng.lognormal(1, 0.6, n_households)),
            "school_cost_usd": shared(rng.lognormal(4, 0.5, n_households)),
            "household_size": shared(rng.integers(3, 7, n_households)),
            "n_children": shared(rng.integers(1, 5, n_households)),
            "caregiver_relation": shared(rng.choice(["mother", "grandparent", "aunt_uncle"], n_households)),
            "caregiver_sex": "female",
            "caregiver_age_band": "30-44",
            "monthly_income_usd": shared(rng.lognormal(5, 0.5, n_households)),
            "sex": rng.choice(["female", "male"], n),
            "age_years": rng.integers(0, 18, n),
            **{name: shared(rng.random(n_households) < share) for name, share in SHARES_OF_HOUSEHOLDS.items()},
            **{name: rng.random(n) < share for name, share in SHARES_OF_CHILDREN.items()},
            "in_school": True,
        }
    )
    odds = np.exp(-2.6 + 1.0 * rows["id_poor"].isin(["level_1", "level_2"]) + 0.7 * rows["migration"])
    is_placed = rng.random(n) < odds / (1 + odds)
    return typed(
        rows.assign(
            was_placed_12m=is_placed,
            living_place=np.where(is_placed, "residential_care", "home"),
            lives_in_residential_care=is_placed,
            is_at_risk_of_placement=True,
        )
    )


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the types of the table, so that a missing answer is one."""
    counts = ["household_size", "n_children", "age_years"]
    return rows.astype(
        dict.fromkeys(rows.select_dtypes("bool"), "boolean")
        | dict.fromkeys(rows.select_dtypes("float"), "Float64")
        | dict.fromkeys(counts, "Int64")
    )


def changed(rows: pd.DataFrame, **answers: object) -> pd.DataFrame:
    """Return the first child with other answers, in the same types."""
    columns = {name: pd.array([value], dtype=rows[name].dtype) for name, value in answers.items()}
    return rows.head(1).assign(**columns)


SHARES_OF_HOUSEHOLDS = {
    "dependable_income": 0.6,
    "migration": 0.3,
    "violence_in_home": 0.2,
    "substance_use": 0.15,
    "illness_or_disability": 0.1,
}
SHARES_OF_CHILDREN = {"disability": 0.1, "mother_alive": 0.93, "father_alive": 0.9, "placed_before_12m": 0.08}
