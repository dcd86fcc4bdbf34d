"""The ledger of printed numbers: traceable to a document, and the rulings and areas that rest on it."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import areas, claims, documents, rulings


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


@pytest.fixture(scope="module")
def judgements() -> pd.DataFrame:
    return rulings.TABLE.validated(rulings.build(sources.read("rulings_made")), "rulings")


def test_every_claim_has_a_document(ledger):
    cited = documents.TABLE.validated(documents.build(sources.read("documents_printed")), "documents")
    assert set(ledger["source_id"]) <= set(cited["source_id"])


def test_every_number_of_a_claim_stands_in_what_is_printed(ledger):
    numbers = ledger.dropna(subset="value")
    plain = numbers["value_printed"].str.replace(",", "").pipe(pd.to_numeric, errors="coerce")
    differs = plain.notna() & (plain - numbers["value"].astype("float64")).abs().gt(1e-9)
    assert list(numbers.loc[differs, "claim_id"]) == []


def test_what_we_derived_is_graded_c_and_states_its_formula(ledger):
    assert ((ledger["method"] == "derived") == (ledger["grade"] == "C")).all()
    assert ledger.loc[ledger["grade"] == "C", "note"].str.startswith("derived: ").all()


def test_claims_that_a_formula_names_exist(ledger):
    words = ledger.loc[ledger["grade"] == "C", "note"].str.findall(r"\b(?:mapping|study|trend|workforce)-[a-z0-9-]+")
    assert set(words.explode().dropna()) <= set(ledger["claim_id"])


def test_the_mapping_prints_one_total_an_area_of_each_outcome(ledger):
    totals = ledger.query(
        "topic == 'mapping' and population == 'residential care institution' "
        "and indicator in ['n_facilities', 'n_children_under_18']"
    )
    assert not totals.duplicated(["place", "indicator"]).any()
    printed = {
        "mapping-cambodia-rci-facilities": 406,
        "mapping-priority5-rci-facilities": 267,
        "mapping-other20-rci-facilities": 139,
        "mapping-battambang-kandal-preah-sihanouk-rci-facilities": 70,
        "mapping-phnom-penh-rci-facilities": 117,
        "mapping-siem-reap-rci-facilities": 80,
        "mapping-cambodia-rci-children": 16579,
        "mapping-priority5-rci-children": 11788,
        "mapping-other20-rci-children": 4791,
    }  # a user may have added single provinces
    values = totals.set_index("claim_id")["value"]
    assert values[list(printed)].to_dict() == printed


def test_every_ruling_rests_on_claims_of_the_ledger(ledger, judgements):
    named = pd.concat([judgements["used_claim"], judgements["not_used_claims"]]).dropna()
    assert set(named.str.split().explode()) <= set(ledger["claim_id"])


def test_no_claim_is_both_used_and_set_aside_by_one_ruling(judgements):
    both = judgements.dropna(subset=["used_claim", "not_used_claims"])
    for ruling in both.itertuples():
        assert not set(ruling.used_claim.split()) & set(ruling.not_used_claims.split()), ruling.ruling_id


def test_areas_nest_as_the_mapping_has_them():
    listed = areas.TABLE.validated(areas.build(sources.read("areas_ruled")), "areas")
    codes = listed.groupby("area")["province_code"].agg(set)
    assert len(codes["cambodia"]) == 25
    assert codes["priority5"] | codes["other20"] == codes["cambodia"]
    assert codes["priority5"].isdisjoint(codes["other20"])
    assert codes["priority5"] - codes["battambang_kandal_preah_sihanouk"] == {"12", "17"}
