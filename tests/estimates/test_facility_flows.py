"""Every change by area and type has a row, and doubt about linkage is that of the drawn linkages."""

import pandas as pd
import pytest

from analysis import study as choices
from analysis.estimates import facility_flows

STUDY = choices.load()


def change(what: str, area: str = "phnom_penh", before: str | None = "rci", after: str | None = "rci") -> dict:
    return {
        "from_round": "2014",
        "to_round": "2015",
        "change": what,
        "area": area,
        "type_from": before,
        "type_to": after,
    }


PANEL = pd.DataFrame({"round_id": ["2014", "2015", "2015"], "lists": ["a", "b c", "c"]})
LINKS = pd.DataFrame(
    {
        "row_id": ["a1", "a2", "b1", "c1", "s1"],
        "list_id": ["a", "a", "b", "c", "sample"],
        "facility_key": ["x", "y", "x", "z", "y"],
    }
)
PAIRS = pd.DataFrame({"decision": ["link", "review", "review", "no"]})


def drawn(*keys: list[str]) -> pd.DataFrame:
    rows = [
        (number, row, key) for number, own in enumerate(keys, 1) for row, key in zip(LINKS["row_id"], own, strict=True)
    ]
    return pd.DataFrame(rows, columns=["draw", "row_id", "facility_key"])


ALIKE = drawn(["x", "y", "x", "z", "y"], ["x", "y", "x", "z", "y"])


def built(*changes: dict, draws: pd.DataFrame = ALIKE) -> pd.DataFrame:
    made = facility_flows.build(pd.DataFrame(changes), PANEL, PAIRS, LINKS, draws, STUDY)
    table = facility_flows.TABLE.validated(made, "facility_flows")
    return table.set_index(["outcome", "term", "level"]).sort_index()


def test_every_change_area_and_type_group_has_a_row():
    table = built(change("stayed"))
    counted = table[(table["scale"] == "facilities") & table["note"].str.startswith("facilities by")]
    assert len(counted) == 6 * 6 * 3
    assert counted["n"].sum() == 4, "itself and its three totals"


def test_a_facility_is_of_the_earlier_type_and_if_first_listed_of_the_later():
    table = built(
        change("type_changed", before="rci", after="boarding_school"),
        change("opened_since", before=None, after="pagoda_faith"),
        change("not_found_again", before="rci", after=None),
    )
    assert table.loc[("type_changed", "phnom_penh", "rci"), "n"] == 1
    assert table.loc[("opened_since", "phnom_penh", "other or unknown type"), "n"] == 1
    assert table.loc[("not_found_again", "all", "rci"), "n"] == 1


def test_totals_are_the_sums_in_both_directions():
    table = built(change("stayed"), change("stayed", "siem_reap", "group_home"), change("stayed", "unknown"))
    n = table["n"]
    assert n[("stayed", "all", "all")] == 3
    assert n[("stayed", "all", "rci")] == 2
    assert n[("stayed", "siem_reap", "all")] == 1
    assert n[("stayed", "unknown", "all")] == 1


def test_nothing_is_called_closed():
    assert (
        not facility_flows.TABLE.validated(
            facility_flows.build(pd.DataFrame([change("not_found_again")]), PANEL, PAIRS, LINKS, ALIKE, STUDY), "flows"
        )["outcome"]
        .str.contains("closed")
        .any()
    )


def test_shares_are_of_facilities_not_rows_and_lists_of_no_round_count_nowhere():
    shares = built(change("stayed")).xs("all", level="term")
    again = shares.loc[("found again, by drawn linkages", "all")]
    new = shares.loc[("listed first, by drawn linkages", "all")]
    assert (again["estimate"], again["n"], again["n_hits"]) == (0.5, 2, 1), "y is on a list of the earlier round only"
    assert (new["estimate"], new["n"], new["n_hits"]) == (0.5, 2, 1)


def test_doubt_about_linkage_widens_the_interval():
    table = built(
        change("stayed"), draws=drawn(["x", "y", "x", "y", "s"], ["x", "y", "x", "z", "s"], ["x", "y", "w", "z", "s"])
    )
    again = table.loc[("found again, by drawn linkages", "all", "all")]
    assert again["estimate"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert again["ci_low"] < 0.1
    assert again["ci_high"] > 0.9


def test_what_was_linked_is_counted_over_all_lists():
    n = built(change("stayed")).xs(("all", "all"), level=["term", "level"])["n"]
    assert n[["rows of lists", "facilities on any list", "pairs to be ruled on"]].tolist() == [5, 3, 2]
