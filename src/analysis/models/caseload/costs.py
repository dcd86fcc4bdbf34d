"""What a plan costs: prices times what was used. A price that is not known stays missing, and so does the total."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.models.caseload.run import Run


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices in one currency, each one number or one a replication (R,): of a worker employed for a step, in training
    too; of a training; of a visit that is made, beside the worker's pay; and of a child in the caseload for a step."""

    per_worker_step: ArrayLike
    per_training: ArrayLike
    per_visit: ArrayLike
    per_child_step: ArrayLike


def cost_parts(run: Run, prices: Prices) -> dict[str, np.ndarray]:
    """Return the cost (R,) of workers, of trainings, of visits and of children, in the prices' currency.

    ASSUME: prices do not change over the steps and grow with what is used: no building, no discount. Not discounted.
    Raises ``ValueError`` for a price below 0; one that is missing (nan) makes its part missing.
    """
    visits = (run.in_time + run.late).sum(axis=(1, 2))
    used = {
        "workers": (run.worker_steps, prices.per_worker_step),
        "trainings": (run.n_trainings, prices.per_training),
        "visits": (visits, prices.per_visit),
        "children": (run.child_steps.sum(axis=1), prices.per_child_step),
    }
    return {name: amount * _price(price, name) for name, (amount, price) in used.items()}


def total_cost(run: Run, prices: Prices) -> np.ndarray:
    """Return the cost (R,) of all parts; nan where a part is not known."""
    return np.sum(list(cost_parts(run, prices).values()), axis=0)


def _price(price: ArrayLike, of_what: str) -> np.ndarray:
    prices = np.asarray(price, dtype="float64")
    if (prices < 0).any():
        raise ValueError(f"the price of {of_what} is below 0")
    return prices
