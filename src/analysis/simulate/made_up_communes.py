"""Communes of a country whose gazetteer ends above them: made up and alike, so that nobody takes them for statistics.

Each province has as many, with the same people; a code is the province's, and the number of the commune twice: as its
district and as itself.
"""

import numpy as np
import pandas as pd

from analysis import sources
from analysis.study import Study


def build(numbers: Study, poverty_share: float) -> pd.DataFrame:
    """Return the communes with their codes and people as ``communes`` does of printed ones, all ``poverty_share`` poor.

    ``numbers`` are ``country.made_up_places`` of the parameters.
    """
    gazetteer = sources.read_gazetteer()
    provinces = gazetteer.loc[gazetteer["level"] == "province", "code"].sort_values()
    each = [f"{n:02d}" for n in range(1, numbers.communes_per_province + 1)]
    province_code = np.repeat(provinces.to_numpy(dtype=str), len(each))
    district_code = np.char.add(province_code, np.tile(each, len(provinces)))
    n_people = numbers.children_per_commune * numbers.people_per_child
    communes = pd.DataFrame(
        {
            "commune_code": np.char.add(district_code, "01"),
            "district_code": district_code,
            "province_code": province_code,
        }
    )
    return communes.assign(
        name_en="",
        name_km="",
        n_people=n_people,
        n_children=numbers.children_per_commune,
        n_families=n_people / numbers.people_per_family,
        abroad_share=numbers.abroad_share,
        poverty_share=poverty_share,
    )
