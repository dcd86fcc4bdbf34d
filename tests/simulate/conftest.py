"""What the tests of case management share: the frames of a small country and of a whole one, built once."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import block, parameters
from analysis.study import Study

N_FACILITIES, N_CLOSED = 120, 34


@pytest.fixture(scope="session")
def case_choices() -> Study:
    """Return the parameters of case management."""
    return parameters.load().case_management


@pytest.fixture(scope="session")
def little_country(case_choices: Study) -> dict[str, pd.DataFrame]:
    """Return communes and facilities, plain but enough for cases to stand in."""
    number = np.arange(1, N_FACILITIES + 1)
    codes = [f"{province}01{commune:02d}" for province in case_choices.provinces for commune in range(1, 6)]
    return {
        "communes": pd.DataFrame({"commune_code": codes, "province_code": [code[:2] for code in codes]}),
        "facilities": pd.DataFrame(
            {
                "facility_no": number,
                "residents_u18_f": number % 40,
                "residents_u18_m": number % 30,
                "closed_in_wave_2023": number <= N_CLOSED,
            }
        ),
    }


@pytest.fixture(scope="session")
def case_frames(case_choices: Study, little_country: dict[str, pd.DataFrame]) -> Callable[..., dict[str, pd.DataFrame]]:
    """Return a function from seed, size and part (and changed choices) to the frames of case management."""

    @cache
    def frames(seed: int = 1, size: float = 1.0, part: int = 1, **changes: object) -> dict[str, pd.DataFrame]:
        choices = case_choices
        for path, value in changes.items():
            choices = choices.changed(path.replace("__", "."), value)
        return block.case_frames(choices, block.generators(seed, part), part, size, little_country)

    return lambda *place, **changes: {name: frame.copy() for name, frame in frames(*place, **changes).items()}
