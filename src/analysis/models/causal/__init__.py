"""What a support changed, from records in which those who got it differ from those who did not.

``regressions`` and ``censoring`` are the models that are fitted first; ``propensity`` and ``weighting`` make groups
alike and say how far that worked; ``doubly_robust`` has the mean of each arm; ``stacked_variance`` its error, with
that of all models fitted first, by cluster; ``marginal_structural`` treatments that change with time;
``sensitivity`` what an unmeasured cause could do.

References: Hernan and Robins (2020) Causal Inference: What If; Stefanski and Boos (2002) Am Stat 56:29-38.
"""
