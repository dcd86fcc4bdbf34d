"""A small made-up panel that R was given too: 20 communes over 6 years, groups starting in years 3, 4 and 5."""

import io

import numpy as np
import pandas as pd
import pytest

COMMUNES = """\
unit,start,children,x,y1,y2,y3,y4,y5,y6
1,3,1500,0.8,20,21,13,7,10,5
2,3,900,-0.1,8,6,6,6,3,3
3,3,700,0.9,15,14,7,10,2,8
4,3,1900,1.5,65,64,52,45,33,32
5,3,600,-0.7,7,8,4,6,5,7
6,4,900,0.6,42,20,37,14,14,13
7,4,1400,0,49,42,27,37,26,25
8,4,1600,1.4,14,28,27,12,13,8
9,4,1400,-0.8,12,7,9,6,5,4
10,5,1700,-0.3,18,18,16,21,11,10
11,5,400,0.4,9,8,11,14,10,8
12,5,1000,0.3,15,12,12,8,10,6
13,5,1300,-1.6,5,13,10,16,7,7
14,,1100,0.4,13,11,7,17,11,5
15,,1000,-0.1,19,20,18,17,12,15
16,,900,-0.2,16,8,13,8,17,11
17,,400,-0.2,11,20,9,11,8,11
18,,500,0.2,10,16,15,12,18,13
19,,1200,-1.8,15,15,10,11,6,6
20,,1100,1.6,18,11,18,17,17,19
"""
TIMES = np.arange(1, 7)


@pytest.fixture(scope="package")
def communes():
    """Return counts, exposures, times and starts, and a covariate, as R was given them."""
    rows = pd.read_csv(io.StringIO(COMMUNES))
    counts = rows.filter(regex="^y").to_numpy("float64")
    children = np.repeat(rows[["children"]].to_numpy("float64"), len(TIMES), axis=1)
    return {
        "counts": counts,
        "exposures": children,
        "times": TIMES,
        "starts": rows["start"].to_numpy(),
        "x": rows[["x"]],
    }
