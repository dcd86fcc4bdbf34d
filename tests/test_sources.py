"""Raw files are refused unless they are what the data package says: one clear error each, nothing written."""

import json
import shutil

import pandas as pd
import pytest

from analysis import sources
from analysis.sources import SourceError

NAME = "province_education"


@pytest.fixture
def raw(tmp_path):
    """Return a copy of the raw folder that a test may spoil."""
    sources._package.cache_clear()
    return shutil.copytree(sources.RAW, tmp_path / "raw")


def spoil(raw, change, accept=True):
    file = sources.path(NAME, raw)
    file.write_bytes(change(file.read_bytes()))
    if accept:
        sources.accept(file, raw)


def test_a_raw_file_comes_as_text_with_the_line_of_each_row(raw):
    frame = sources.read(NAME, raw)
    assert frame.index.name == "line"
    assert frame.index[0] == 2
    assert set(frame.dtypes.astype(str)) == {"str"}


def test_only_an_empty_cell_is_missing_and_letters_that_look_so_are_not(raw):
    spoil(raw, lambda b: b.replace(b"\n01,", b"\nNA,", 1).replace(b"\n02,", b"\n,", 1))
    assert sources.read(NAME, raw)["province_code"].fillna("missing").tolist()[:3] == ["NA", "missing", "03"]


def test_changed_bytes_are_refused_and_the_message_says_which_file_and_what_to_do(raw):
    spoil(raw, lambda b: b.replace(b"01,", b"02,", 1), accept=False)
    with pytest.raises(SourceError, match=rf"{NAME}.csv has changed: .* git checkout .* make accept FILE="):
        sources.read(NAME, raw)


def test_a_meant_change_is_accepted(raw):
    spoil(raw, lambda b: b.rstrip(b"\n") + b"\n\n")
    assert len(sources.read(NAME, raw)) == len(sources.read(NAME))
    described = json.loads((raw / "datapackage.json").read_text(encoding="utf-8"))
    resource = next(r for r in described["resources"] if r["name"] == NAME)
    assert resource["bytes"] == sources.path(NAME, raw).stat().st_size


def test_a_file_nobody_described_cannot_be_accepted(raw):
    (raw / "stray.csv").write_text("a\n1\n")
    with pytest.raises(SourceError, match=r"stray.csv is not described"):
        sources.accept(raw / "stray.csv", raw)


def test_a_missing_file_is_named(raw):
    sources.path(NAME, raw).unlink()
    with pytest.raises(SourceError, match=rf"{NAME}.csv is missing; restore it with: git checkout"):
        sources.read(NAME, raw)


def test_a_renamed_column_is_named_as_missing_and_as_not_expected(raw):
    spoil(raw, lambda b: b.replace(b"province_code", b"code", 1))
    with pytest.raises(SourceError, match=r"line 1: .*missing: province_code; not expected: code"):
        sources.read(NAME, raw)


def test_another_encoding_is_one_clear_error(raw):
    spoil(raw, lambda b: b + "é\n".encode("latin-1"))
    with pytest.raises(SourceError, match="is not a UTF-8 CSV table"):
        sources.read(NAME, raw)


def test_the_gazetteer_holds_25_provinces_and_every_place_has_its_parent():
    gazetteer = sources.read_gazetteer()
    assert (gazetteer["level"] == "province").sum() == 25
    below = gazetteer[gazetteer["level"] != "province"]
    assert below["parent_code"].isin(gazetteer["code"]).all()
    assert isinstance(gazetteer["name_km"].dtype, pd.StringDtype)
