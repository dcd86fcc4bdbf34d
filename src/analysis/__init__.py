"""Homeward: residential care of children in Cambodia, from printed numbers to checked estimates and figures.

Data flows left to right and imports only point left (tests/test_architecture.py holds both):

study, kinds, contract -> sources, store -> importers, simulate -> models -> clean -> features -> estimates ->
disclosure -> charts -> figures -> page. Methods (models) know no table: whoever needs one may use it.
"""
