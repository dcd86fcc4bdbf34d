"""Hot kernels of the models: regressions, curves, imputation and permutations, on made-up numbers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.limits_kernel import N_BYTES, Kernel, rows_of


def cox_pass(size: float, _: Path) -> Kernel:
    """One pass of Newton's method: sums over risk sets, slope and curvature."""
    from analysis.models.survival.cox_likelihood import excess_by_time, information, tied_sums
    from analysis.models.survival.cox_rows import cox_rows

    n, k, rng = rows_of(100_000, size), 10, np.random.default_rng(1)
    weeks, events, columns = rng.integers(1, 261, n), rng.random(n) < 0.3, rng.random((n, k))
    rows = cox_rows((np.zeros(n), weeks, events), columns)
    at = np.zeros(k)

    def work() -> None:
        sums = tied_sums(rows, at)
        excess_by_time(rows, sums)
        information(rows, sums)

    return Kernel(
        n,
        work,
        N_BYTES * n * (k + 3),
        {"exponentials": n, "flops": n * (2 * k + 2 * (k + 1) + k * (k + 1))},
        f"{k} covariates and three numbers a row read once; predictor, sums at risk, {k * (k + 1) // 2} products",
    )


def incidence_by_cluster(size: float, _: Path) -> Kernel:
    """Aalen and Johansen's curves of two ends, with agencies drawn again."""
    from analysis.models.survival.incidence_bootstrap import bootstrap_incidence

    n, clusters, replicates, weeks, ends = rows_of(100_000, size), 60, 500, 208, 2
    rng = np.random.default_rng(1)
    told = (rng.integers(1, weeks + 1, n), rng.integers(0, ends + 1, n), ends, [26, 52, 104, 156, 208])
    agency = rng.integers(0, clusters, n)
    cells = weeks * (1 + ends)
    return Kernel(
        n,
        lambda: bootstrap_incidence(0, *told, agency, replicates, np.random.default_rng(1)),
        N_BYTES * (3 * n + cells * clusters),
        {"flops": replicates * cells * (2 * clusters + 4), "random_numbers": replicates * clusters},
        f"three numbers a row read once; {replicates} draws of {clusters} clusters times {cells} counts; the curves",
    )


def replicate_logistic(size: float, _: Path) -> Kernel:
    """A logistic regression under replicates of the weights, each to its own maximum."""
    from analysis.models.survey.design import survey_design
    from analysis.models.survey.replicate_fits import logistic_replicates
    from analysis.models.survey.replicates import rao_wu

    n, k, replicates, rng = rows_of(5_000, size), 10, 500, np.random.default_rng(1)
    covariates = np.column_stack([np.ones(n), rng.random((n, k - 1))])
    outcome = rng.random(n) < 1 / (1 + np.exp(-covariates @ rng.normal(0, 0.5, k)))
    cluster = np.arange(n) * 200 // n
    drawn = rao_wu(survey_design(rng.uniform(1, 3, n), cluster // 10, cluster), replicates, rng)
    gradient, products = 4 * k, k * (k + 1)
    return Kernel(
        n,
        lambda: logistic_replicates(outcome.astype(float), covariates, drawn),
        N_BYTES * n * (k + 2) * 2,
        {"exponentials": 2 * n * replicates, "flops": n * replicates * (2 * gradient + products)},
        f"two looks at every row for each of {replicates} replicates, one of them with {k * (k + 1) // 2} products",
    )


def imputation_draw(size: float, _: Path) -> Kernel:
    """One yes-or-no item drawn anew given all others, with an effect of each cluster, from the mode of before."""
    from analysis.models.imputation.clustered import Rows
    from analysis.models.imputation.items import item, redrawn

    n, p, q, rng = rows_of(50_000, size), 30, 40, np.random.default_rng(1)
    clusters = max(20, n // 25)
    cluster = np.sort(rng.integers(0, clusters, n))
    answers = pd.Series(rng.random(n) < 0.3, dtype="boolean", name="answer").mask(rng.random(n) < 0.1)
    context = np.column_stack([np.ones(clusters), rng.normal(0, 1, (clusters, q - 1))])
    rows, one = Rows(rng.normal(0, 1, (n, p)), context, cluster), item(answers, "yes_no")
    used = np.arange(p + q)
    _, states = redrawn(one, rows, used, [], np.random.default_rng(1))
    return Kernel(
        n,
        lambda: redrawn(one, rows, used, states, np.random.default_rng(1)),
        N_BYTES * (2 * n * p + clusters * q),
        {
            "exponentials": 2 * n,
            "random_numbers": n,
            "flops": n * (4 * p + p * (p + 1)) + clusters * q * (q + 1 + 2 * p),
        },
        f"two looks at {p} columns: predictor and {p * (p + 1) // 2} products at the mode, predictor as drawn",
    )


def moran_permutations(size: float, _: Path) -> Kernel:
    """Moran's I of 25 places and of as many shuffles."""
    from analysis.models import spatial

    n, permutations, rng = 25, rows_of(9_999, size), np.random.default_rng(1)
    pairs = [(at, at + 1) for at in range(n - 1)] + [(at, at + 5) for at in range(n - 5)]
    weights = spatial.row_standardised(spatial.pair_weights(pairs, range(n)))
    values = rng.normal(size=n)
    links = 2 * len(pairs)
    return Kernel(
        permutations,
        lambda: spatial.morans_i(values, weights, permutations, np.random.default_rng(1)),
        N_BYTES * permutations,
        {"random_numbers": permutations * (n - 1), "flops": permutations * 3 * links},
        f"{n - 1} random numbers a shuffle of {n} places, 3 operations for each of {links} links",
    )


KERNELS: dict[str, Callable[[float, Path], Kernel]] = {
    "Cox, one pass": cox_pass,
    "incidence, clusters drawn again": incidence_by_cluster,
    "logistic under replicate weights": replicate_logistic,
    "imputation, one item drawn": imputation_draw,
    "Moran's I, permutations": moran_permutations,
}
