"""Every field of the snapshot rests on a claim, an estimate, a document or on somebody who could fill it."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import claims, documents, snapshot_fields


@pytest.fixture(scope="module")
def fields() -> pd.DataFrame:
    return snapshot_fields.TABLE.validated(snapshot_fields.build(sources.read("snapshot_fields_ruled")), "fields")


def listed(values: pd.Series) -> set[str]:
    return set(values.dropna().str.split().explode())


def test_every_section_of_the_original_page_has_fields(fields):
    made_of_rows = {"key_data_sources"}  # the documents on which the others rest
    assert set(fields["section"]) == set(snapshot_fields.SECTIONS) - made_of_rows


def test_every_claim_that_a_field_names_stands_in_the_ledger(fields):
    ledger = claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")
    earlier = fields["earlier"].where(~fields["earlier"].str.contains(":", na=False))
    assert listed(fields["claims"]) | listed(earlier) <= set(ledger["claim_id"])


def test_every_document_that_a_field_names_is_listed(fields):
    cited = documents.TABLE.validated(documents.build(sources.read("documents_printed")), "documents")
    assert set(fields["source_id"].dropna()) <= set(cited["source_id"])


def test_a_field_has_numbers_or_a_text_or_says_who_could_fill_it(fields):
    filled = fields[["claims", "estimates", "text"]].notna().any(axis=1)
    assert (filled | fields["who_could_fill"].notna()).all()
    assert not (fields["text"].notna() & fields[["claims", "estimates"]].notna().any(axis=1)).any()


def test_a_text_names_its_source_and_a_number_its_unit(fields):
    texts = fields[fields["text"].notna()]
    assert texts[["source_id", "cited"]].notna().sum(axis=1).eq(1).all()
    numbers = fields[fields[["claims", "estimates"]].notna().any(axis=1)]
    assert numbers["unit"].notna().all()


def test_an_estimate_says_when_it_held_and_what_it_rests_on(fields):
    ours = fields[fields["estimates"].notna()]
    assert ours[["period", "source_id"]].notna().all(axis=None)


def test_several_numbers_say_why_they_stand_side_by_side_and_one_does_not(fields):
    of_country = fields[fields["section"] != "provinces"]
    n_numbers = of_country["claims"].str.split().str.len().fillna(0) + of_country["estimates"].notna()
    assert ((n_numbers > 1) == of_country["side_by_side"].notna()).all()


def test_a_vintage_before_says_whether_it_was_counted_alike(fields):
    assert (fields["earlier"].notna() == fields["earlier_basis"].notna()).all()


def test_positions_are_unique_and_sections_stand_together(fields):
    in_order = fields.sort_values("position")
    assert in_order["position"].is_unique
    runs = (in_order["section"] != in_order["section"].shift()).sum()
    assert runs == in_order["section"].nunique()
