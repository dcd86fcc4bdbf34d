"""The design of a survey: what each row stands for, and which rows were drawn together.

A stratum is a part of the population sampled by itself; a cluster is what was drawn there (a village), further stages
are drawn within it (households). Sampling weights are not frequencies: a row of weight 400 is one observation that
stands for 400 people, not 400 observations, and weights times ten change no standard error of a mean.
Terms and conventions are those of R's ``survey::svydesign`` (Lumley 2004, J Stat Softw 9:1-19).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.models.survey.stages import Stage, SurveyDesignError, parents_of, stages_of

LONELY_RULES = ("fail", "remove", "certainty", "adjust", "average")


@dataclass(frozen=True, eq=False)
class Design:
    """A survey's rows: weights and where each row was drawn. Made by ``survey_design``, which checks it.

    ``weights`` (n,): units of the population a row stands for. ``strata`` (n,): codes from 0 of the first stage.
    ``clusters``: codes (n,) by stage from 0, unique over parents. ``populations``: by stage the units (n,) there are
    in the row's parent, ``None`` for a stage drawn with replacement; altogether ``None`` if every stage was.
    ``lonely``: what a stratum with one cluster adds to a variance: see ``survey_design``.
    """

    weights: np.ndarray
    strata: np.ndarray
    clusters: tuple[np.ndarray, ...]
    populations: tuple[np.ndarray | None, ...] | None = None
    lonely: str = "fail"

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.weights)

    @cached_property
    def n_clusters(self) -> int:
        """Clusters of the first stage, G."""
        return int(self.clusters[0].max()) + 1

    @cached_property
    def n_strata(self) -> int:
        """Strata of the first stage, H."""
        return int(self.strata.max()) + 1

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters less strata, of the first stage."""
        return self.n_clusters - self.n_strata

    @cached_property
    def cluster_strata(self) -> np.ndarray:
        """Stratum (G,) of each cluster of the first stage."""
        return parents_of(self.clusters[0], self.strata)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The stages that add to a variance: those down to the first one that was drawn with replacement."""
        return tuple(stages_of(self.strata, self.clusters, self.populations))

    def clusters_and_strata_in(self, domain: np.ndarray) -> tuple[int, int]:
        """Return how many clusters and how many strata of the first stage have a row in ``domain`` (n,) of bool."""
        has_rows = np.bincount(self.clusters[0][domain], minlength=self.n_clusters) > 0
        return int(has_rows.sum()), len(np.unique(self.cluster_strata[has_rows]))


def survey_design(
    weights: ArrayLike,
    strata: ArrayLike | None = None,
    clusters: ArrayLike | tuple[ArrayLike, ...] | None = None,
    populations: ArrayLike | tuple[ArrayLike | None, ...] | None = None,
    lonely: str = "fail",
) -> Design:
    """Return the checked ``Design`` of n rows; ``strata`` and ``clusters`` are labels of any kind.

    ``clusters``: labels (n,), or a tuple of them by stage, later ones read within earlier ones; without, every row is
    a cluster. ``populations``: units there are to draw from (a number, not a share) in the row's stratum, and by stage
    as a tuple in the row's cluster; without, drawn with replacement, which is on the safe side.
    ``lonely``, for a parent with one unit drawn of several: "fail" refuses it; "remove" and "certainty" let it add
    nothing to the variance; "adjust" takes its total's distance from 0, "average" the mean of the other strata.
    ASSUME: clusters were drawn independently between strata. Weights times ten change totals, no standard error of a
    mean. Raises ``SurveyDesignError`` for weights, labels or populations that describe no survey.
    """
    labels = _by_stage(clusters) if clusters is not None else (np.arange(np.size(weights)),)
    weight = _weights(weights)
    stratum = _codes(strata, "stratum", len(weight)) if strata is not None else np.zeros(len(weight), "int64")
    codes = [_codes(labels[0], "cluster", len(weight))]
    for label in labels[1:]:
        within = _codes(label, "cluster", len(weight))
        codes.append(pd.factorize(codes[-1] * (int(within.max()) + 1) + within, sort=True)[0])
    if lonely not in LONELY_RULES:
        raise SurveyDesignError(f"lonely must be one of {', '.join(LONELY_RULES)}; it is {lonely!r}")
    sizes = _populations(populations, len(weight), len(codes))
    design = Design(weight, stratum, tuple(codes), sizes, lonely)
    _check_nested(design, labels[0])
    _check_lonely(design, strata)
    return design


def require_design(design: Design) -> Design:
    """Return ``design``. Raises ``TypeError`` for anything else, such as weights to be used as frequencies."""
    if not isinstance(design, Design):
        raise TypeError(
            f"a Design is needed, not {type(design).__name__}: weights taken for frequencies make standard errors "
            "several times too small; use survey_design(weights, strata, clusters)"
        )
    return design


def as_numbers(values: ArrayLike) -> np.ndarray:
    """Return ``values`` as floats, a missing one of any kind as ``nan``."""
    if isinstance(values, pd.Series | pd.DataFrame):
        return values.to_numpy("float64", na_value=np.nan)
    return np.asarray(values, dtype="float64")


def _by_stage(given: Any) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else (given,)


def _weights(weights: ArrayLike) -> np.ndarray:
    if weights is None:
        raise SurveyDesignError("weights are absent: give what each row stands for, N / n in a simple random sample")
    weight = as_numbers(weights)
    if weight.ndim != 1 or len(weight) == 0:
        raise SurveyDesignError(f"weights have the shape {weight.shape}: give one a row, of at least one row")
    for is_wrong, words in ((~np.isfinite(weight), "missing"), (weight < 0, "negative"), (weight == 0, "zero")):
        if is_wrong.any():
            raise SurveyDesignError(
                f"{is_wrong.sum()} of {len(weight)} weights are {words}, the first in row {is_wrong.argmax()}: give "
                "each row the number of units it stands for, and leave out rows that were not sampled"
            )
    return weight


def _codes(labels: ArrayLike, what: str, n: int) -> np.ndarray:
    if np.ndim(labels) != 1:
        raise SurveyDesignError(f"give an array with the {what} of each row; a tuple holds one such array a stage")
    codes = pd.Index(labels).factorize(sort=True)[0]
    if len(codes) != n:
        raise SurveyDesignError(f"there are {len(codes)} labels of a {what} and {n} weights: give one label a row")
    if (codes < 0).any():
        raise SurveyDesignError(f"{(codes < 0).sum()} rows have no {what}: every row must say where it was drawn")
    return codes.astype("int64")


def _populations(
    populations: ArrayLike | tuple[ArrayLike | None, ...] | None, n: int, n_stages: int
) -> tuple[np.ndarray | None, ...] | None:
    if populations is None:
        return None
    sizes = tuple(None if size is None else as_numbers(size) for size in _by_stage(populations))
    if len(sizes) > n_stages:
        raise SurveyDesignError(f"populations are given for {len(sizes)} stages, clusters for {n_stages}: name them")
    for size in sizes:
        if size is not None and (size.shape != (n,) or not (size >= 1).all()):
            raise SurveyDesignError("a population must be given a row, 1 or more, as a number of units and not a share")
    return sizes + (None,) * (n_stages - len(sizes))


def _check_nested(design: Design, labels: ArrayLike) -> None:
    is_elsewhere = design.cluster_strata[design.clusters[0]] != design.strata
    if is_elsewhere.any():
        label = np.asarray(labels)[is_elsewhere.argmax()]
        raise SurveyDesignError(
            f"cluster {label} lies in two strata: if numbers start anew in each stratum, give the stratum with the "
            "cluster as one label"
        )


def _check_lonely(design: Design, strata: ArrayLike | None) -> None:
    for number, stage in enumerate(design.stages, start=1):
        if design.lonely == "fail" and stage.is_lonely.any():
            row = stage.is_lonely[stage.parents][stage.rows].argmax()
            parent = "a cluster" if number > 1 else "all" if strata is None else f"stratum {np.asarray(strata)[row]}"
            raise SurveyDesignError(
                f"at stage {number} one unit alone was drawn in {parent} (row {row}), which tells nothing of the "
                'spread there: merge it with a like one, or choose lonely="adjust" (safe), "average", "certainty" or '
                '"remove"'
            )
