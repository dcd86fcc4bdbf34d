"""Made-up ratings of children at several visits; some children are seen by two agencies. Made once."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(20261122)
N_CHILDREN, N_AGENCIES, CUTS = 150, 8, np.array([-3.0, -1.0, 1.0])
child = np.repeat(np.arange(N_CHILDREN), rng.integers(1, 6, N_CHILDREN))
home = rng.integers(0, N_AGENCIES, N_CHILDREN)
agency = np.where(rng.random(len(child)) < 0.1, rng.integers(0, N_AGENCIES, len(child)), home[child])
months = np.round(rng.uniform(0, 24, len(child)), 1)
late = (rng.random(len(child)) < 0.3).astype(int)
eta = 0.05 * months - 0.5 * late + 1.3 * rng.normal(size=N_CHILDREN)[child] + 0.7 * rng.normal(size=N_AGENCIES)[agency]
score = 1 + (eta[:, None] + rng.logistic(size=(len(child), 1)) > CUTS).sum(axis=1)
visits = pd.DataFrame({"child": child, "agency": agency, "months": months, "late": late, "score": score})
visits.to_csv("visits.csv", index=False)
