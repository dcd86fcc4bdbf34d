"""The review names what nobody has ruled on, to its owner alone, and as a spreadsheet can open it."""

import io

import pandas as pd
import pytest

from analysis import facility_review, restricted, study

STUDY = study.load()
A, B, C, D = (letter * 16 for letter in "abcd")
ROWS = pd.DataFrame(
    {
        "row_id": [A, B, C, D],
        "list_id": ["mapping_2015", "inspection_2014", "inspection_2014", "mapping_2015"],
        "province_code": ["12", "12", None, None],
        "district_code": ["1201", None, None, None],
        "commune_code": pd.array([None] * 4, "str"),
        "facility_type": "rci",
        "opened_year": pd.array([2001, None, None, None], "Int64"),
    }
)
NAMES = pd.DataFrame(
    {
        "row_id": [A, B],
        "name_latin": ["=1+1", "Sok San Centre"],
        "name_km": pd.array(["មណ្ឌល", None], "str"),
        "operator_name": pd.array([None, "-"], "str"),
    }
)
PLACES = pd.DataFrame({"code": ["12", "1201"], "name_en": ["Phnom Penh", "Chamkar Mon"]})
NOBODY = pd.DataFrame({"row_id_a": pd.array([], "str"), "row_id_b": pd.array([], "str")})


def pairs(*triples: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(triples, columns=["row_id_a", "row_id_b", "probability"])


def test_the_band_of_the_study_waits_the_least_certain_first():
    low, high = STUDY.linkage.review_from, STUDY.linkage.review_to
    all_pairs = pairs((A, B, high - 0.01), (A, C, low), (A, D, 0.45), (B, C, high), (B, D, low - 0.01))
    waiting = facility_review.waiting(all_pairs, NOBODY, STUDY)
    assert waiting["row_id_b"].tolist() == [D, B, C]


def test_a_pair_ruled_on_waits_no_longer():
    ruled = pd.DataFrame({"row_id_a": [A], "row_id_b": [D]})
    assert facility_review.waiting(pairs((A, D, 0.5), (B, D, 0.5)), ruled, STUDY)["row_id_a"].tolist() == [B]


@pytest.fixture
def lines() -> pd.DataFrame:
    return facility_review.side_by_side(pairs((A, B, 0.456)), facility_review.described(ROWS, NAMES, PLACES))


def test_a_line_begins_with_a_ruling_to_fill_in_and_shows_both_rows(lines):
    assert tuple(lines.columns[:6]) == restricted.MATCH_COLUMNS
    line = lines.iloc[0]
    assert line[["is_same", "decided_by", "decided_on", "reason"]].isna().all()
    assert line[["row_id_a", "row_id_b", "probability"]].tolist() == [A, B, 0.46]
    assert line[["name_latin_b", "province_a", "district_a", "opened_year_a"]].tolist() == [
        *("Sok San Centre", "Phnom Penh", "Chamkar Mon", 2001)
    ]
    assert line[["district_b", "commune_a", "name_km_b"]].isna().all()


def test_a_line_filled_in_is_a_ruling_that_is_read_back(lines, tmp_path):
    filled = lines.iloc[:, :6].assign(is_same="no", decided_by="analyst", decided_on="2026-03-31", reason="two streets")
    (tmp_path / "rulings").mkdir()
    filled.to_csv(tmp_path / "rulings" / "facility_matches.csv", index=False)
    assert restricted.read("facility_matches", tmp_path)["is_same"].tolist() == [False]


def written(tmp_path, monkeypatch, all_pairs: pd.DataFrame):
    tables = {"facility_pairs": all_pairs, "facility_list_rows": ROWS, "places": PLACES}
    monkeypatch.setattr(facility_review.store, "read", tables.__getitem__)
    monkeypatch.setattr(restricted, "read", {"facility_names": NAMES, "facility_matches": NOBODY}.__getitem__)
    facility_review.make(tmp_path / "facility_review.csv")
    return tmp_path / "facility_review.csv"


def test_the_file_is_its_owners_alone_and_runs_no_formula(tmp_path, monkeypatch):
    file = written(tmp_path, monkeypatch, pairs((A, B, 0.5)))
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "so that a spreadsheet shows Khmer"
    line = pd.read_csv(io.BytesIO(file.read_bytes()), encoding="utf-8-sig").iloc[0]
    assert line[["name_latin_a", "name_latin_b", "operator_name_b"]].tolist() == ["'=1+1", "Sok San Centre", "'-"]


def test_where_nothing_waits_the_file_has_its_header_only(tmp_path, monkeypatch):
    file = written(tmp_path, monkeypatch, pairs((A, B, 0.99)))
    assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 1
