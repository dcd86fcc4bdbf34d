"""Ordered scores, as those of wellbeing: a cumulative logit with normal effects of one or two factors.

``fit_ordinal_mixed`` returns an ``OrdinalFit`` or raises a ``ValueError`` of one sentence; held to R's
``ordinal::clmm`` in ``tests/models/ordinal``. ``change_if_nothing_changed`` is regression to the mean by such a fit.
"""

from analysis.models.ordinal.data import OrdinalError
from analysis.models.ordinal.fit import OrdinalFit
from analysis.models.ordinal.mixed import fit_ordinal_mixed
from analysis.models.ordinal.regression_to_mean import change_if_nothing_changed

__all__ = ["OrdinalError", "OrdinalFit", "change_if_nothing_changed", "fit_ordinal_mixed"]
