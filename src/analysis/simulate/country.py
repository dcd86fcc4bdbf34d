"""The country side of a block: places, facilities, lists of them, a sample of communes and a household survey.

The country is made up. Its numbers say nothing about Cambodia.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.simulate import communes, facilities, lists, sample, survey
from analysis.simulate.world import COLUMNS
from analysis.study import Study


def build(parameters: Study, rng_of: Callable[[str], np.random.Generator], size: float) -> dict[str, pd.DataFrame]:
    """Return communes, facilities, list_rows, survey_households and survey_members of one block of ``size`` (0 to 1).

    ``rng_of`` gives the generator of a step by its name, so that a change in one step changes no other's numbers.
    """
    places = communes.build(parameters, size)
    standing = facilities.draw(places, parameters, rng_of("facilities"), size)
    listed = lists.with_flags(standing, parameters.lists, rng_of("lists"))
    rows = [
        lists.rows(listed, parameters.lists, rng_of("list_rows")),
        sample.rows(listed, parameters.sample, rng_of("sample")),
    ]
    households, members = survey.draw(places, parameters, rng_of("survey"), size)
    return {
        "communes": places[list(COLUMNS["communes"])],
        "facilities": listed[list(COLUMNS["facilities"])],
        "list_rows": pd.concat(rows, ignore_index=True)[list(COLUMNS["list_rows"])],
        "survey_households": households,
        "survey_members": members,
    }
