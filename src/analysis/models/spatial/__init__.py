"""Spatial methods: whether neighbours are alike, where, and what to do about it in a model.

``weights`` says who is whose neighbour; ``moran`` holds Moran's I of values, rates and residuals; ``local`` the local
one with false-discovery control; ``rates`` empirical-Bayes rates; ``eigenvectors`` the spatial specification of a
model. Weights are sparse n x n arrays with a zero diagonal; their row i is place i of every other array.
"""

from analysis.models.spatial.eigenvectors import MoranEigenvectors, SpatialFilter, moran_eigenvectors, spatial_filter
from analysis.models.spatial.local import LocalMoran, local_morans_i
from analysis.models.spatial.moran import (
    MoranTest,
    morans_i,
    rate_morans_i,
    residual_morans_i,
    simulated_residual_morans_i,
)
from analysis.models.spatial.rates import EmpiricalBayesRates, empirical_bayes_rates
from analysis.models.spatial.weights import block_weights, pair_weights, row_standardised

__all__ = [
    "EmpiricalBayesRates",
    "LocalMoran",
    "MoranEigenvectors",
    "MoranTest",
    "SpatialFilter",
    "block_weights",
    "empirical_bayes_rates",
    "local_morans_i",
    "moran_eigenvectors",
    "morans_i",
    "pair_weights",
    "rate_morans_i",
    "residual_morans_i",
    "row_standardised",
    "simulated_residual_morans_i",
    "spatial_filter",
]
