"""Tests of what the models of re-separation assume, each one row: of all terms over time, of form, of clusters."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import _reintegration_fits as fits
from analysis.estimates._reintegration_fits import attempted
from analysis.estimates._reintegration_model import Modelled, differs
from analysis.estimates._reintegration_terms import LEAST_MONTHS
from analysis.models.survey.generalised_linear import NotEstimableError
from analysis.models.survival.cox import cox_fit
from analysis.models.survival.few_clusters import corrected
from analysis.models.survival.functional_form import FormTest, form_test, spline_columns
from analysis.models.survival.proportional import proportionality_test
from analysis.study import Study

ALL, CLUSTERS = "all terms", "agencies"
CONSTANT, VARIANCE, MOVED = "ratios stay the same", "variance between agencies", "moved by one agency"
FORMS = {"months_in_care": "straight in doublings of months in care", "age_years": "straight in years of age"}
TESTED, OF_FACTORS, ERRORS = "test", "variance", "standard errors"
DROPPED = {
    "months_in_care": ["months_doubled"],
    "age_years": ["aged_12_14", "aged_15_17"],
}  # told by the spline instead
Row = dict[str, Any]


def asked() -> Iterator[tuple[str, str, str, str]]:
    """Yield term, level, scale and note of every test."""
    yield CONSTANT, ALL, TESTED, "score test of all terms, time by Kaplan-Meier; takes returns for independent"
    for form in FORMS.values():
        yield form, ALL, TESTED, "Wald test of a restricted cubic spline; by agency, corrected for few of them"
    yield VARIANCE, CLUSTERS, OF_FACTORS, "gamma frailty, mean 1; profile likelihood; p-value of none: half and half"
    yield MOVED, CLUSTERS, ERRORS, "largest change of a coefficient with one agency left out; no interval"


def tested(of: Modelled, spells: pd.DataFrame, study: Study) -> Iterator[Row]:
    """Yield what each test tells; a test that cannot be made has no row."""
    if changes := attempted(lambda: proportionality_test(fits.fitted(of), *of.times[:2])):
        yield {"term": CONSTANT, "level": ALL, "p_value": changes.all_p_value}
    for name, form in FORMS.items():
        if bent := attempted(partial(_form, of, spells.loc[of.rows.index, name], name, study)):
            yield {"term": form, "level": ALL, "p_value": bent.p_value}
    if of.are_agencies:
        yield from _of_agencies(of, study)


def _of_agencies(of: Modelled, study: Study) -> Iterator[Row]:
    """Yield how much agencies differ, and how far a coefficient moves without one of them."""
    if within := attempted(lambda: fits.within_clusters(of, study.intervals.confidence)):
        shared = within[1]
        ends = {"ci_low": shared.variance_low, "ci_high": shared.variance_high, "p_value": shared.p_value}
        yield {"term": VARIANCE, "level": CLUSTERS, "estimate": shared.variance, **ends}
    if left_out := attempted(lambda: fits.one_left_out(of)):
        influence, fit = left_out
        moved = np.abs(influence.change) / np.sqrt(np.diag(corrected(fit).covariance))
        yield {"term": MOVED, "level": CLUSTERS, "estimate": np.nanmax(moved, initial=0.0)}


def _form(of: Modelled, values: pd.Series, name: str, study: Study) -> FormTest:
    """Return the test that the log hazard is straight, among returns with a value."""
    known = values.notna().to_numpy()
    value = values[known].to_numpy("float64")
    value = np.log2(np.maximum(value, LEAST_MONTHS)) if name == "months_in_care" else value
    entry, exit_, event = (times[known] for times in of.times)
    shares = study.reintegration_effects.knot_shares
    knots = np.unique(np.quantile(value, shares)) if len(value) else np.array([])
    if len(knots) < len(shares) or not event.any() or of.clusters[known].nunique() < 2:
        raise NotEstimableError("too few values, or events among returns with a value, to tell a bend")
    others = of.columns[known].drop(columns=DROPPED[name], errors="ignore")
    others = others[[column for column in others if differs(others.loc[event, column])]]
    columns = np.column_stack([spline_columns(value, knots), others])
    told = corrected(cox_fit(entry, exit_, event, columns, clusters=of.clusters[known]))
    which = range(1, len(knots) - 1)
    return form_test(told.coefficients, told.covariance, which, told.degrees_of_freedom[which].min())
