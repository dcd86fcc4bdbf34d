import unicodedata

import numpy as np
import pandas as pd

from analysis import places, sources
from analysis.simulate.exports.facility_spellings import khmer_variants, latin_variants, province_names

LATIN = ["Sokpheap Children's Home", "Chanrith Centre", "Wat Pisam", "New Ro Home"] * 50
KHMER = ["ផ្ទះកុមារ សុខភាព", "មណ្ឌលកុមារ ចាន់ឫទ្ធ", "វត្ត ពីសំ"] * 50


def test_no_share_leaves_names_as_they_are():
    rng = np.random.default_rng(1)
    assert latin_variants(LATIN, 0, rng) == LATIN
    assert khmer_variants(KHMER, 0, rng) == KHMER


def test_a_share_of_names_is_spelt_otherwise():
    for variants, names in ((latin_variants, LATIN), (khmer_variants, KHMER)):
        varied = variants(names, 0.4, np.random.default_rng(1))
        changed = np.mean([one != other for one, other in zip(varied, names, strict=True)])
        assert 0.25 < changed < 0.5
        assert len(set(varied)) > 2 * len(set(names))


def test_variants_are_clean_text():
    rng = np.random.default_rng(2)
    for name in [*latin_variants(LATIN, 1, rng), *khmer_variants(KHMER, 1, rng)]:
        assert name == " ".join(name.split())
        assert name == unicodedata.normalize("NFC", name)
        assert name


def test_provinces_are_named_in_spellings_that_are_known():
    aliases = sources.read("province_aliases_printed")
    codes = [f"{number:02d}" for number in range(1, 26)] * 4
    for is_khmer in (False, True):
        names = province_names(codes, is_khmer=is_khmer, share=1, rng=np.random.default_rng(3))
        assert places.resolve_provinces(pd.Series(names), aliases).tolist() == codes
    assert len(set(province_names(codes, is_khmer=False, share=1, rng=np.random.default_rng(3)))) > 25


def test_a_translation_of_the_name_is_no_spelling_of_it():
    names = province_names(["01", "17"] * 100, is_khmer=False, share=1, rng=np.random.default_rng(3))
    assert not {"The Fortress of Victory", "Siams Defeated"} & set(names)
    assert "Siemreap" in names
