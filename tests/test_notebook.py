"""Notebook: what notebooks call says what moved and draws what was published."""

import base64

import pandas as pd
import pytest

from analysis import notebook, store
from analysis.estimates import facility_types as estimate
from analysis.figures import facility_types as figure


@pytest.fixture
def facility_types():
    return store.read("facility_types")


def test_a_table_as_published_is_said_to_be(facility_types):
    assert "all 30 rows of `facility_types` are as published" in notebook.against_published(
        estimate, facility_types.sample(frac=1, random_state=1), facility_types
    )


def test_moved_and_missing_rows_are_counted(facility_types):
    mine = facility_types.iloc[1:].copy()
    mine.loc[2, "estimate"] += 0.01
    mine.loc[3, "ci_low"] = 0.0
    sentence = notebook.against_published(estimate, mine, facility_types)
    assert "2 of 29 rows" in sentence
    assert "1 published rows are not here" in sentence


def test_a_picture_carries_its_alternative_text_and_the_same_bytes_twice(facility_types):
    one, other = (notebook.picture(figure, facility_types) for _ in range(2))
    bundle, metadata = one._repr_mimebundle_()
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == figure.words(figure.build(facility_types)).alt_text
    assert one.data == other.data


def test_another_confidence_is_said_on_the_figure():
    from analysis import charts

    words = charts.Words("a", "Lines: 95% intervals", "a 95% interval", "d", "e", "f")
    said = notebook._at_confidence(words, 0.8)
    assert (said.caption, said.reading) == ("Lines: 80% intervals", "a 80% interval")
    assert notebook._at_confidence(words, None) is words


def test_tables_used_say_what_a_row_is_how_many_and_whence():
    used = notebook.tables_used("provinces", "facility_types")
    assert used.loc["provinces"].tolist() == ["a province", 25, "published"]
    assert used.loc["facility_types", "rows"] == 30


def test_a_table_rebuilt_from_the_same_inputs_is_the_same(facility_types):
    again = notebook.rebuilt(estimate, store.read("claims"))
    pd.testing.assert_frame_equal(again, facility_types)
