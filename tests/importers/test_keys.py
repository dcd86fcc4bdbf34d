"""Keys: HMAC of namespace and id under the holder's secret; never without one, never of a missing id."""

import hmac

import polars as pl
import pytest

from analysis.importers import keys
from analysis.importers.faults import ExportError

SECRET = "0123456789abcdef" * 2


def test_a_key_is_the_first_16_digits_of_the_hmac():
    ids = pl.Series("case", ["slug:cif-1", "slug:cif-2", "slug:cif-1"])
    written = keys.as_text(keys.pseudonyms(ids, SECRET.encode()))
    expected = [hmac.digest(SECRET.encode(), text.encode(), "sha256").hex()[:16] for text in ids]
    assert written.to_list() == expected
    assert written.name == "case"


def test_a_secret_longer_than_a_block_of_the_hash_counts_whole():
    long = keys.PUBLIC
    assert len(long) > keys.BLOCK
    (found,) = keys.as_text(keys.pseudonyms(pl.Series(["slug:cif-1"]), long))
    assert found == hmac.digest(long, b"slug:cif-1", "sha256").hex()[:16]


def test_a_key_that_begins_with_zeros_keeps_them():
    assert keys.as_text(pl.Series([255, 0], dtype=pl.UInt64)).to_list() == ["00000000000000ff", "0" * 16]


def test_a_missing_id_has_no_key_and_keeps_its_place():
    written = keys.as_text(keys.pseudonyms(pl.Series(["slug:a", None, "slug:b"]), b"k"))
    assert written.is_null().to_list() == [False, True, False]


def test_no_ids_no_keys():
    assert keys.as_text(keys.pseudonyms(pl.Series([], dtype=pl.String), b"k")).to_list() == []


def test_a_known_id_is_looked_up_and_not_worked_out():
    known = pl.DataFrame({"id": ["slug:a"], "key": pl.Series([7], dtype=pl.UInt64)})
    one, other, missing = keys.pseudonyms(pl.Series(["slug:a", "slug:b", None]), b"k", known)
    assert (one, missing) == (7, None)
    assert other == keys.pseudonyms(pl.Series(["slug:b"]), b"k").item()


def test_the_same_number_in_two_namespaces_gives_two_keys_and_another_secret_gives_others():
    one, other = (keys.pseudonyms(pl.Series(["slug:7", "case_id:7"]), secret) for secret in (b"a", b"b"))
    assert len({*one, *other}) == 4


def test_simulated_exports_have_a_public_key_whatever_the_environment(monkeypatch):
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    assert keys.key_for("simulated") == keys.PUBLIC
    monkeypatch.setenv(keys.VARIABLE, SECRET)
    assert keys.key_for("simulated") == keys.PUBLIC
    assert keys.key_for("records") == SECRET.encode()


@pytest.mark.parametrize(
    ("secret", "said"), [(None, "is not set"), ("  ", "is not set"), (SECRET[1:], "shorter than 32")]
)
def test_records_without_a_good_key_are_refused_in_one_line_that_says_how_to_make_one(monkeypatch, secret, said):
    monkeypatch.delenv(keys.VARIABLE, raising=False)
    if secret is not None:
        monkeypatch.setenv(keys.VARIABLE, secret)
    with pytest.raises(ExportError, match=said) as caught:
        keys.key_for("records")
    message = str(caught.value)
    assert "\n" not in message
    assert 'python3 -c "import secrets; print(secrets.token_hex(32))" > ~/homeward.key' in message
    assert "export HOMEWARD_KEY=$(cat ~/homeward.key)" in message
    assert secret is None or not secret.strip() or secret not in message
