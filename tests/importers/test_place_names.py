"""Names of provinces and districts to province codes, and none where it would be a guess."""

import polars as pl
import pytest

from analysis import sources
from analysis.importers import place_names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Phnom Penh", "12"),
        ("ភ្នំពេញ / Phnom Penh", "12"),
        ("រាជធានីភ្នំពេញ", "12"),
        ("Siemreap", "17"),
        ("Atlantis", None),
        ("Siem Reap / Kandal", None),
        (None, None),
    ],
)
def test_a_province_is_known_by_either_name_and_not_by_two(name, code):
    assert place_names.province_codes(pl.Series([name], dtype=pl.String)).to_list() == [code]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Doun Penh", "12"),
        ("Khan Doun Penh", "12"),
        ("ខណ្ឌដូនពេញ", "12"),
        ("ដូនពេញ / Doun Penh", "12"),
        ("Samraong", None),
    ],
)
def test_a_district_tells_its_province_where_only_one_has_it(name, code):
    assert place_names.province_codes_of_districts(pl.Series([name])).to_list() == [code]


def test_no_district_is_taken_for_one_of_another_province():
    gazetteer = sources.read_gazetteer()
    districts = gazetteer[gazetteer["level"] == "district"]
    for names in (districts["name_en"], districts["name_km"]):
        found = place_names.province_codes_of_districts(pl.Series(names.tolist(), dtype=pl.String)).to_list()
        wrong = [code for code, right in zip(found, districts["parent_code"], strict=True) if code not in (None, right)]
        assert wrong == []
        assert found.count(None) == 2  # the two districts that share a name
