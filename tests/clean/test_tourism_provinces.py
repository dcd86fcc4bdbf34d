"""Destinations are the provinces the ministry's table of 2014 names, and no others."""

from analysis import sources
from analysis.clean import tourism_provinces


def test_six_provinces_are_named_and_each_province_has_a_reason():
    ruled = tourism_provinces.build(sources.read("tourism_provinces_ruled"))
    provinces = tourism_provinces.TABLE.validated(ruled, "tourism_provinces")
    named = provinces.loc[provinces["is_tourism_destination"], "province_code"]
    assert list(named) == ["07", "09", "12", "17", "18", "23"]
    assert len(provinces) == 25
