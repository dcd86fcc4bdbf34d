"""The country side of a block: places, facilities, lists, a sample and a screening of them, and a household survey.

The country is made up. Its numbers say nothing about Cambodia.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.simulate import communes, facilities, lists, sample, screening, survey
from analysis.simulate.world import COLUMNS
from analysis.study import Study


def build(
    parameters: Study, rng_of: Callable[[str], np.random.Generator], size: float, is_first: bool = True
) -> dict[str, pd.DataFrame]:
    """Return communes, facilities, lists, screenings and the survey of one block of ``size`` (0 to 1).

    ``rng_of`` gives the generator of a step by its name, so that a change in one step changes no other's numbers. A
    country has one sample of communes: that of its first block.
    """
    places = communes.build(parameters, size)
    standing = facilities.draw(places, parameters, rng_of("facilities"), size)
    listed = lists.with_flags(standing, parameters.lists, rng_of("lists"))
    rows = [lists.rows(listed, parameters.lists, rng_of("list_rows"))]
    if is_first:
        rows.append(sample.rows(listed, parameters.sample, rng_of("sample")))
    screenings, answers = screening.draw(listed, parameters.screening, rng_of("screening"), size)
    households, members = survey.draw(places, parameters, rng_of("survey"), size)
    return {
        "communes": places[list(COLUMNS["communes"])],
        "facilities": listed[list(COLUMNS["facilities"])],
        "list_rows": pd.concat(rows, ignore_index=True)[list(COLUMNS["list_rows"])],
        "screenings": screenings,
        "screening_answers": answers,
        "survey_households": households,
        "survey_members": members,
    }
