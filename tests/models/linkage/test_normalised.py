"""Names as heard: what is written otherwise and means the same is the same, what means another thing is not."""

import pytest

from analysis.models.linkage.normalised import heard, khmer_names, latin_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sokha Children's Home", "SOKA CHILDRENS HOME"),
        ("Pheaktra Orphanage", "Peaktra Orphange"),
        ("Vongsa Centre", "Wongsa Center"),
        ("Chanthy Children Village", "Janti Children's Village"),
        ("Reaksmey Home", "Riaksmei House"),
        ("Café  Sóka", "Cafe Soka"),
        ("Monyreak", "Monireach"),
    ],
)
def test_spellings_of_one_sound_are_one_name(one, other):
    first, second = latin_names([one, other]).letters
    assert first == second != ""


def test_other_names_stay_apart():
    names = ["Sokha Home", "Sokna Home", "Dara Home", "Bopha Home"]
    assert len(set(latin_names(names).letters)) == 4


def test_words_for_a_type_are_kept_as_a_kind():
    read = latin_names(["Sokha Children's Home", "Dara Orphanage", "Wat Pisam", "Sokha"])
    assert read.letters == ["soka", "dara", "pisam", "soka"]
    assert read.kinds == ["home", "orphanage", "pagoda", ""]


def test_a_name_of_nothing_but_words_for_a_type_keeps_them():
    assert latin_names(["Children's Home"]).letters == ["jildrenshome"]
    assert khmer_names(["វត្ត"]).letters[0] != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("មណ្ឌលកុមារកំព្រា សុខ", "មជ្ឈមណ្ឌលកុមារកំព្រា សុខ"),  # two words for a centre
        ("ផ្ទះកុមារ សុខ", "ផ្ទះកុមារ​សុខ"),  # a space, and one of no width
        ("ក\u17d2\u178aី", "ក\u17d2\u178fី"),  # subscript da and ta
        ("រ៉ាសំ", "រាសម"),  # a mark of register, a sign and its letter
        ("ឫទ្ធ", "រិទ្ធ"),  # an independent vowel
    ],
)
def test_khmer_spellings_of_one_name_are_one_name(one, other):
    first, second = khmer_names([one, other]).letters
    assert first == second != ""


def test_khmer_type_words_are_taken_from_the_front_alone():
    read = khmer_names(["វត្ត សុខ", "សុខវត្ត"])
    assert read.kinds == ["pagoda", ""]
    assert read.letters[0] != read.letters[1]


def test_an_operator_keeps_its_words():
    association, company, khmer = heard(["Sokha Association", "Sokha Company", "សមាគម សុខ"])
    assert association != company
    assert khmer != ""


def test_names_stay_in_their_lines_and_unknown_stays_unknown():
    names = ["", "Sok\nha Home", "\u2028Dara", "x\r\ny", ""]
    assert latin_names(names).letters == ["", "sokha", "dara", "xi", ""]
    assert heard(names) == ["", "sokahome", "dara", "xi", ""]
    assert khmer_names(names).letters == [""] * 5
