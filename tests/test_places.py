"""Every spelling of a province leads to its code, and no other name does."""

import pandas as pd
import pytest

from analysis.places import UnknownPlace, nearest, normalised, resolve_provinces


@pytest.fixture(scope="module")
def aliases(built) -> pd.DataFrame:
    return built("province_aliases")


def codes(aliases: pd.DataFrame, *names: str) -> list[str]:
    return resolve_provinces(pd.Series(names), aliases).tolist()


def test_every_listed_spelling_resolves_to_its_own_province(aliases):
    assert len(aliases) == 236
    assert resolve_provinces(aliases["alias"], aliases).tolist() == aliases["province_code"].tolist()


def test_the_listed_letters_are_those_the_resolver_looks_for(aliases):
    assert aliases["alias"].map(normalised).tolist() == aliases["normalised"].tolist()


def test_no_spelling_means_two_provinces(aliases):
    pairs = aliases.drop_duplicates(["normalised", "province_code"])
    assert not pairs["normalised"].duplicated().any()


def test_official_names_and_names_of_the_gazetteer_are_spellings(aliases, built):
    provinces, places = built("provinces"), built("places")
    assert resolve_provinces(provinces["province"], aliases).tolist() == provinces["province_code"].tolist()
    listed = places[places["level"] == "province"]
    for column in ("name_en", "name_km"):
        assert resolve_provinces(listed[column], aliases).tolist() == listed["code"].tolist()


@pytest.mark.parametrize("prefix", ["", "ខេត្ត", "ក្រុង", "រាជធានី", "ខេត្ត ", "ខេត្ត\u200b"])
def test_khmer_names_resolve_with_any_prefix_and_any_space(prefix, aliases):
    khmer = aliases[aliases["script"] == "Khmr"]
    bare = khmer["alias"].str.removeprefix("ខេត្ត").str.removeprefix("ក្រុង").str.removeprefix("រាជធានី")
    assert codes(aliases, *(prefix + bare)) == khmer["province_code"].tolist()


def test_the_two_ways_to_type_the_same_subscript_are_one(aliases):
    with_da = "ឧត\u17d2\u178aរមានជ័យ"
    with_ta = "ឧត\u17d2\u178fរមានជ័យ"
    assert with_da != with_ta
    assert normalised(with_da) == normalised(with_ta)
    assert codes(aliases, with_da, with_ta, "កណ\u17d2\u178aាល", "កណ\u17d2\u178fាល") == ["22", "22", "08", "08"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("SIEM REAP", "17"),
        ("siem-reap", "17"),
        ("  Siemreap ", "17"),
        ("Siem Reap Province", "17"),
        ("Province of Siem Reap", "17"),
        ("Khett Siem Reap", "17"),
        ("Phnom Penh Capital", "12"),
        ("Phnom Penh Municipality", "12"),
        ("Krong Preah Sihanouk", "18"),
        ("Sihanoukville", "18"),
        ("Ratanakiri", "16"),
        ("Kompong Cham", "03"),
        ("Tbong Khmum", "25"),
        ("Otdar Meanchey", "22"),
        ("Mondulkiri", "11"),
        ("Takéo", "21"),
        ("Take\u0301o", "21"),  # the accent typed apart from its letter
    ],
)
def test_case_spaces_accents_and_words_for_province_make_no_difference(written, code, aliases):
    assert codes(aliases, written) == [code]


def test_the_index_and_the_repetitions_of_the_names_are_kept(aliases):
    names = pd.Series(["Kep", "Pailin", "Kep"], index=[7, 3, 9])
    resolved = resolve_provinces(names, aliases)
    assert resolved.to_dict() == {7: "23", 3: "24", 9: "23"}
    assert str(resolved.dtype) == "str"


def test_no_names_are_no_codes(aliases):
    assert codes(aliases) == []


def test_every_unknown_name_is_listed_once_with_the_nearest_ones(aliases):
    with pytest.raises(UnknownPlace) as error:
        codes(aliases, "Kep", "Siem Raep", "Hanoi", "Siem Raep", "Battambong")
    said = str(error.value)
    assert said.startswith("3 name(s) are no known spelling")
    assert said.count("'Siem Raep'") == 1
    assert "'Siem Raep': nearest are Siem R" in said
    assert "'Battambong': nearest are Battambang" in said
    assert "'Hanoi'" in said
    assert "make accept FILE=data/raw/published/province_aliases_printed.csv" in said


def test_an_alias_somebody_added_needs_no_letters_of_its_own(aliases):
    added = pd.DataFrame({"alias": ["Angkor Country"], "province_code": ["17"]})
    assert codes(pd.concat([aliases, added]), "angkor-country province") == ["17"]


def test_a_spelling_of_two_provinces_is_one_clear_error(aliases):
    added = pd.DataFrame({"alias": ["Kampong-Cham"], "province_code": ["25"]})
    with pytest.raises(UnknownPlace, match=r"spellings listed for two provinces: .*Kampong-Cham"):
        codes(pd.concat([aliases, added]), "Kep")


@pytest.mark.parametrize("nothing", ["", "   ", None, float("nan"), pd.NA, "Province", "ខេត្ត", "12"])
def test_a_name_that_says_nothing_is_an_error_and_no_code(nothing, aliases):
    with pytest.raises(UnknownPlace, match=r"^1 name"):
        resolve_provinces(pd.Series([nothing], dtype="object"), aliases)


def test_the_nearest_names_come_first(aliases):
    assert nearest("Kampong Chnang", aliases["alias"], n=2)[0] in {"Kompong Chnang", "Kampong Chhnang"}
    assert len(nearest("Hanoi", aliases["alias"])) == 3
    assert nearest("Kandall", aliases["alias"])[0] == "Kandal"  # of one name's spellings the plainest
