"""Homeward: residential care of children in Cambodia, from printed numbers to checked estimates and figures.

Data flows left to right and imports only point left (tests/test_architecture.py holds both):

study, kinds, contract -> sources, store -> importers, simulate -> clean -> features -> models -> estimates ->
disclosure -> charts -> figures -> page
"""
