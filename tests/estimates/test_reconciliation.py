"""Printed totals add up, known contradictions stay visible, and a changed number stops the build."""

import pandas as pd
import pytest

from analysis import sources
from analysis.clean import claims, identities
from analysis.contract import ReconciliationError
from analysis.estimates import reconciliation

CHILDREN_2011 = pd.DataFrame({"province_code": ["01", "12"], "n_children_2011": [5_268_512, 389_288]})  # as printed


@pytest.fixture
def ledger() -> pd.DataFrame:
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


@pytest.fixture
def known() -> pd.DataFrame:
    return identities.TABLE.validated(identities.build(sources.read("identities_printed")), "identities")


def with_value(ledger: pd.DataFrame, claim_id: str, value: float) -> pd.DataFrame:
    assert (ledger["claim_id"] == claim_id).sum() == 1
    return ledger.assign(value=ledger["value"].mask(ledger["claim_id"] == claim_id, value))


def reconciled(ledger: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    built = reconciliation.build(ledger, known, CHILDREN_2011)
    return reconciliation.TABLE.validated(built, "reconciliation").set_index("term")


def test_the_printed_totals_add_up(ledger, known):
    rows = reconciled(ledger, known)
    assert rows.loc["types-cambodia", "estimate"] == 639
    assert rows.loc["persons-cambodia", "estimate"] == 35374
    assert rows.loc["children-priority5", "estimate"] == 18451
    assert rows.loc["types-priority5", "estimate"] == 401
    assert rows.loc["study-institutions", "estimate"] == pytest.approx(1658.46, abs=0.005)
    assert rows.loc["list-coverage", "estimate"] == pytest.approx(52.06, abs=0.005)
    assert rows.loc["one-child-in-registered", "estimate"] == pytest.approx(341.3, abs=0.05)
    assert (rows["holds"] == (rows["expected"] == "holds")).all()


def test_known_contradictions_stay_visible_with_their_reason(ledger, known):
    rows = reconciled(ledger, known)
    failing = rows[~rows["holds"]]
    assert {"state-centre-children", "conflict-national-children", "living-arrangement"} <= set(failing.index)
    assert failing.loc["state-centre-children", "difference"] == -370
    assert known.loc[known["expected"] == "fails", "note"].notna().all()


def test_a_changed_number_stops_the_build_and_names_the_calculation_and_the_file(ledger, known):
    changed = with_value(ledger, "mapping-cambodia-pagoda-facilities", 66)
    with pytest.raises(ReconciliationError) as error:
        reconciliation.build(changed, known, CHILDREN_2011)
    message = str(error.value)
    assert "types-cambodia" in message
    assert "computed 640 facilities, printed 639" in message
    assert "mapping-cambodia-pagoda-facilities" in message
    assert "data/raw/published/claims_printed.csv" in message


def test_a_contradiction_that_vanishes_stops_the_build_too(ledger, known):
    agreed = with_value(ledger, "reintegration-tlc-facilities-closed", 34)
    with pytest.raises(ReconciliationError, match=r"(?s)conflict-closed-facilities.*holds now"):
        reconciliation.build(agreed, known, CHILDREN_2011)


def test_a_term_that_is_no_claim_is_named(ledger, known):
    without = ledger[ledger["claim_id"] != "mapping-cambodia-facilities"]
    with pytest.raises(ReconciliationError, match="names 'mapping-cambodia-facilities', which is no claim"):
        reconciliation.build(without, known, CHILDREN_2011)


def test_a_calculation_with_too_few_terms_is_named(ledger, known):
    short = known.assign(terms=known["terms"].mask(known["identity_id"] == "study-mean", "study-children"))
    with pytest.raises(ReconciliationError, match=r"'study-mean' cannot be computed: ratio of \[3588"):
        reconciliation.build(ledger, short, CHILDREN_2011)


@pytest.mark.parametrize(
    ("operation", "terms", "expected"),
    [
        ("sum", [1, 2, 3], 6),
        ("difference", [10, 2, 3], 5),
        ("product", [2, 3, 4], 24),
        ("ratio", [1, 4], 0.25),
        ("percent", [1, 2, 4], 75),
        ("percent_growth", [4, 5], 25),
        ("percent_decline", [5, 4], 20),
        ("percent_of", [30, 50], 15),
        ("per_100k", [2, 1000], 200),
        ("scaled", [2, 6, 3], 4),
        ("equal", [7], 7),
    ],
)
def test_an_operation_does_what_its_name_says(operation, terms, expected):
    assert reconciliation.OPERATIONS[operation](terms) == pytest.approx(expected)


def test_every_operation_of_the_contract_is_known():
    assert set(reconciliation.OPERATIONS) == set(identities.OPERATIONS)


def test_a_contradiction_that_grows_is_a_change_too(ledger, known):
    changed = with_value(ledger, "study-national-children", 50_000)
    with pytest.raises(ReconciliationError, match=r"conflict-national-children.*known as 'fails' by -32196"):
        reconciliation.build(changed, known, CHILDREN_2011)
