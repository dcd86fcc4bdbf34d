"""Times to ends that compete, of people seen from a later day on and in clusters: what comes, when, and with what.

``counting`` and ``at_risk`` say who is under observation when; everything else starts from them. Incidence:
``incidence``, its errors from clusters drawn again, tests, time lost, losses and visits between which an end lies.
Regression: ``cox`` (ties by Efron, strata, delayed entry, covariates that change, errors by cluster),
``few_clusters`` (errors and intervals that hold for a dozen clusters too), ``fine_gray``, ``frailty``, and the checks
of a regression. Held to R in ``tests/models/survival``; how often intervals hold is in ``tests/validation``.
"""
