"""What the tests of registers share: a country with cases, and its registers, built once."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import block, parameters
from analysis.simulate.registers import build
from analysis.study import Study


@pytest.fixture(scope="session")
def numbers() -> Study:
    """Return all parameters of the simulator."""
    return parameters.load()


@pytest.fixture(scope="session")
def frames(case_frames, little_country) -> dict[str, pd.DataFrame]:
    """Return the frames that registers are made from."""
    facilities, codes = little_country["facilities"], little_country["communes"]["commune_code"]
    province = codes.str[:2].to_numpy()[np.arange(len(facilities)) % len(codes)]
    communes = little_country["communes"].assign(n_children=1000 + 50 * np.arange(len(codes)))
    return {**case_frames(), "facilities": facilities.assign(province_code=province), "communes": communes}


@pytest.fixture(scope="session")
def registers(numbers: Study, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return all registers of the country."""
    return build.build(numbers, block.generators(1, 1), frames, 1.0)
