import numpy as np
import pandas as pd
import pytest

from analysis.models.linkage.coded import coded
from analysis.models.linkage.comparisons import COMPARISONS, NAME, OPERATOR, PLACE, TYPE, compared, place_and_operator

SAME = {
    "name_latin": "Sokha Home",
    "name_km": "ផ្ទះកុមារ សុខ",
    "operator_name": "Bopha Association",
    "province_code": "01",
    "district_code": "0102",
    "commune_code": "010203",
    "facility_type": "rci",
    "opened_year": 1999,
}


def meanings(**other) -> dict[str, str]:
    """Return what each comparison says of a row beside one that differs from it in ``other``."""
    rows = pd.DataFrame([SAME | {"row_id": "a"}, SAME | other | {"row_id": "b"}]).assign(list_id=["x", "y"])
    levels = compared(coded(rows), np.array([0]), np.array([1]))[0]
    found = {one.name: one.meanings[level] for one, level in zip(COMPARISONS, levels, strict=True)}
    place, operator = place_and_operator(levels[1])
    return found | {"place": PLACE.meanings[place], "operator": OPERATOR.meanings[operator]}


def test_what_is_the_same_is_the_same():
    found = meanings()
    assert found["name"] == "Latin same, Khmer same"
    assert (found["place"], found["operator"]) == ("same commune", "same")
    assert (found["type"], found["year"]) == ("type same, word same", "same")


@pytest.mark.parametrize(
    ("other", "comparison", "meaning"),
    [
        ({"name_latin": "Sokna Home"}, "name", "Latin alike from 84%, Khmer same"),
        ({"name_latin": None}, "name", "Latin unknown, Khmer same"),
        ({"commune_code": "010204"}, "place", "same district, other commune"),
        ({"commune_code": "010304", "district_code": "0103"}, "place", "same province, other district"),
        ({"commune_code": "020304", "district_code": "0203", "province_code": "02"}, "place", "other province"),
        ({"commune_code": None}, "place", "same district"),
        ({"commune_code": None, "district_code": None}, "place", "same province"),
        ({"commune_code": None, "district_code": "0109"}, "place", "same province, other district"),
        ({"commune_code": None, "district_code": None, "province_code": None}, "place", "unknown"),
        ({"operator_name": None}, "operator", "unknown"),
        ({"operator_name": "Bopa Asociation"}, "operator", "same"),
        ({"operator_name": "Bophar Association"}, "operator", "alike"),
        ({"operator_name": "Dara International"}, "operator", "differs"),
        ({"facility_type": "unknown"}, "type", "type unknown, word same"),
        ({"facility_type": "group_home", "name_latin": "Sokha Orphanage"}, "type", "type differs, word differs"),
        ({"opened_year": None}, "year", "unknown"),
        ({"opened_year": 2000}, "year", "1 apart"),
        ({"opened_year": 2003}, "year", "2 to 4 apart"),
        ({"opened_year": 2004}, "year", "further apart"),
    ],
)
def test_levels_say_what_is_known(other, comparison, meaning):
    assert meanings(**other)[comparison] == meaning


def test_another_name_brings_its_own_word():
    assert meanings(name_latin="Vibolrith Orphanage", name_km="មណ្ឌលកុមារ ពិសិដ្ឋ")["type"] == "type same, word unknown"


def test_level_0_is_unknown_in_every_comparison():
    rows = pd.DataFrame({"row_id": ["a", "b"], "list_id": ["x", "y"]})
    levels = compared(coded(rows), np.array([0]), np.array([1]))
    assert levels.tolist() == [[0, 0, 0, 0]]
    assert all(one.is_in[0].all() for one in COMPARISONS)


def test_priors_are_shares_and_levels_have_cells():
    for one in (*COMPARISONS, NAME, TYPE):
        assert one.prior.sum() == pytest.approx(1)
        assert one.is_in.shape == (len(one.meanings), len(one.prior))
        assert (one.is_in.sum(axis=1) > 0).all()


def test_what_is_known_of_a_place_leaves_open_what_it_says():
    """Columns: the same commune; the same district, another commune; the same province; another province."""
    assert dict(zip(PLACE.meanings, PLACE.is_in.tolist(), strict=True)) == {
        "unknown": [1, 1, 1, 1],
        "same commune": [1, 0, 0, 0],
        "same district, other commune": [0, 1, 0, 0],
        "same province, other district": [0, 0, 1, 0],
        "other province": [0, 0, 0, 1],
        "same district": [1, 1, 0, 0],
        "same province": [1, 1, 1, 0],
    }


def test_shares_of_cells_among_true_pairs_add_up_to_1():
    for one in COMPARISONS:
        assert one.prior.sum() == pytest.approx(1)
        assert (one.prior > 0).all()
        assert one.is_in.shape == (len(one.meanings), len(one.prior))
        assert (one.is_in[0] == 1).all(), "unknown"
