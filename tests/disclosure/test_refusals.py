"""Tables that do not leave at all, each for one reason that the message names; it never repeats what is in a cell."""

import pandas as pd
import pytest

from analysis import disclosure
from analysis.contract import Table
from analysis.kinds import Count, Release, Share

RELEASE = Release(kinds={"children": Count()}, place="place")


def counts(**columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "place": pd.array(["01", "02"], "str"),
            "scale": pd.array(["children"] * 2, "str"),
            "estimate": pd.array([20, 30], "Float64"),
            "withheld": pd.array([None] * 2, "str"),
        }
    )
    return frame.assign(**columns)


def refused(frame: pd.DataFrame, release: Release | None = RELEASE) -> str:
    with pytest.raises(disclosure.DisclosureError, match="'towns' descend from records data") as found:
        disclosure.publishable(frame, Table("a place", ("place",), {}, release), "towns", "records")
    return str(found.value)


def text(*values: str) -> pd.api.extensions.ExtensionArray:
    return pd.array(list(values), "str")


def test_a_table_that_does_not_say_how_it_leaves():
    assert "does not say what they are made of" in refused(counts(), None)


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({"scale": text("children", "share")}, "no kind of number is declared for the scale 'share'"),
        ({"n_more": pd.array([7, 8], "Int64")}, "'n_more' holds numbers of which"),
        ({"ci_low": pd.array([1.5, 2], "Float64"), "ci_high": pd.array([3, 4], "Float64")}, "declare an Estimate"),
        ({"child_key": text("a", "b")}, "column 'child_key'"),
        ({"worker_id": text("a", "b")}, "column 'worker_id'"),
        ({"commune_code": text("010203", "010204")}, "column 'commune_code'"),
        ({"closed_on": pd.to_datetime(["2020-01-01", "2020-02-01"])}, "column 'closed_on'"),
        ({"note": text("of 3fa9c0d2e1b4a5f6", "")}, "'note' holds a key"),
        ({"note": text("since 2021-03-05", "")}, "'note' holds a day"),
        ({"note": text("ask 012 345 678", "")}, "'note' holds a phone number"),
        ({"note": text("to a.person@example.org", "")}, "'note' holds an e mail address"),
        ({"note": text("at 11.55837, 104.91", "")}, "'note' holds coordinates"),
        ({"place": text("0102", "0103")}, "districts, communes or villages"),
        ({"entry_month": pd.to_datetime(["2020-01-01", "2020-02-07"])}, "'entry_month' holds days"),
        ({"age_band": text("6-11", "7")}, "other ages than the bands"),
    ],
)
def test_what_could_lead_to_a_child(columns, word):
    message = refused(counts(**columns))
    assert word in message
    for secret in ("3fa9c0d2e1b4a5f6", "2021-03-05", "345 678", "a.person", "11.55837"):
        assert secret not in message


def test_a_total_that_the_table_does_not_name():
    assert "'place' holds 'all' beside its parts" in refused(counts(place=text("all", "02")))


def test_estimates_without_the_counts_they_rest_on():
    share = counts(scale=text("share", "share"), n=pd.array([50, None], "Int64"), n_hits=pd.array([20, 20], "Int64"))
    assert "without the counts they rest on" in refused(share, Release(kinds={"share": Share()}))
    assert "columns n_hits that the table names are not there" in refused(
        share.drop(columns="n_hits"), Release(kinds={"share": Share()})
    )


def test_no_place_for_reasons():
    assert "'withheld'" in refused(counts().drop(columns="withheld"))


def test_hits_that_are_more_than_all():
    share = counts(scale=text("share", "share"), n=pd.array([50, 60], "Int64"), n_hits=pd.array([51, 20], "Int64"))
    with pytest.raises(disclosure.DisclosureError, match="n_hits is larger than n in row 0"):
        disclosure.publishable(share, Table("a", ("place",), {}, Release(kinds={"share": Share()})), "t", "records")


def test_months_bands_and_provinces_pass():
    fine = counts(entry_month=pd.to_datetime(["2020-01-01", "2020-02-01"]), age_band=text("6-11", "unknown"))
    assert len(disclosure.publishable(fine, Table("a", ("place",), {}, RELEASE), "t", "records").numbers) == 2
