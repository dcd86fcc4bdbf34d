"""Tables that do not leave at all, each for one reason that the message names; it never repeats what is in a cell."""

import pandas as pd
import pytest

from analysis import disclosure
from analysis.contract import Table
from analysis.kinds import Count, Curve, Estimate, Rate, Release, Share

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


def test_a_total_that_stands_alone_needs_no_name():
    table = Table("a country", ("place",), {}, RELEASE)
    told = disclosure.publishable(counts(place="all").astype({"place": "str"}).iloc[:1], table, "towns", "records")
    assert told.numbers["estimate"].tolist() == [20]


def test_all_of_one_group_beside_a_part_of_another_is_no_unnamed_total():
    frame = counts(place=text("all", "01"), term=text("girls", "boys"))
    table = Table("a group", ("place", "term"), {}, RELEASE)
    assert len(disclosure.publishable(frame, table, "towns", "records").numbers) == 2
    with pytest.raises(disclosure.DisclosureError, match="'place' holds 'all' beside its parts"):
        disclosure.publishable(frame.assign(term=text("girls", "girls")), table, "towns", "records")


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


OF_TWO_KINDS = Release(kinds={"share": Share(), "children": Count()})


def of_two_kinds(n: list[int | None]) -> pd.DataFrame:
    """Return a share of 20 in 50 children, and a count of 30."""
    columns = {"n": pd.array(n, "Int64"), "n_hits": pd.array([20, None], "Int64")}
    return counts(scale=text("share", "children"), estimate=pd.array([0.4, 30], "Float64"), **columns)


def test_a_count_in_a_row_whose_kind_does_not_name_it():
    message = refused(of_two_kinds([50, 33]), OF_TWO_KINDS)
    assert "column 'n' holds numbers in rows of the scale 'children', whose Count does not name it" in message
    assert "leave it missing in these rows" in message
    assert message.count("\n  - ") == 1, "one fault, one line"
    assert "33" not in message


def test_a_count_that_is_missing_where_its_kind_is_not_passes():
    table = Table("a place", ("place",), {}, OF_TWO_KINDS)
    told = disclosure.publishable(of_two_kinds([50, None]), table, "towns", "records").numbers
    assert told["n"].fillna(0).tolist() == [50, 0]
    assert told["estimate"].tolist() == [0.4, 30]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("n_facilities", Share(n_facilities="n_facilities")),
        ("exposure", Rate(events="n_hits")),
        ("day", Curve(at_risk="n_left", events="n_hits")),
        ("n", Estimate()),
    ],
)
def test_no_column_of_another_kind_stands_in_a_row(column, kind):
    frame = of_two_kinds([50, None]).assign(**{name: pd.array([50, None], "Int64") for name in kind.named})
    frame[column] = pd.array([50, 33], "Int64")
    release = Release(kinds={"share": kind, "children": Count()})
    assert f"column {column!r} holds numbers in rows of the scale 'children'" in refused(
        frame[[*counts().columns, *kind.named]], release
    )


def test_a_column_that_never_leaves_may_hold_numbers_in_every_row():
    kinds = {"share": Share(top_two_share="top_two_share"), "children": Count()}
    frame = of_two_kinds([50, None]).assign(top_two_share=pd.array([0.2, 0.317], "Float64"))
    told = disclosure.publishable(frame, Table("a", ("place",), {}, Release(kinds=kinds)), "t", "records").numbers
    assert "top_two_share" not in told


def test_intervals_without_the_counts_they_rest_on():
    """Where no count is, nothing is withheld and nothing rounded."""
    ends = {"ci_low": pd.array([0.3123, None], "Float64"), "ci_high": pd.array([0.5123, None], "Float64")}
    share = of_two_kinds([50, None]).assign(estimate=pd.array([None, 30], "Float64"), **ends)
    share["n_hits"] = pd.array([None, None], "Int64")
    assert "estimates stand without the counts they rest on (n_hits, n)" in refused(share, OF_TWO_KINDS)
    alone = of_two_kinds([50, None]).assign(**{name: pd.array([None, 3], "Float64") for name in ends})
    kinds = {"share": Share(), "children": Count(count="n_children")}
    alone = alone.assign(n_children=pd.array([None, 30], "Int64"), estimate=pd.array([0.4, None], "Float64"))
    assert "declare an Estimate" in refused(alone, Release(kinds=kinds))


def test_columns_that_only_the_rules_need_are_there():
    kinds = {"share": Share(top_two_share="top_two_share"), "children": Count()}
    assert "the columns top_two_share that the table names are not there" in refused(
        of_two_kinds([50, None]), Release(kinds=kinds)
    )


def test_more_facilities_than_children():
    share = of_two_kinds([50, None]).assign(n_facilities=pd.array([51, None], "Int64"))
    release = Release(kinds={"share": Share(n_facilities="n_facilities"), "children": Count()})
    with pytest.raises(disclosure.DisclosureError, match="n_facilities is larger than n in row 0"):
        disclosure.publishable(share, Table("a", ("place",), {}, release), "t", "records")
