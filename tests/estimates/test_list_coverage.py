"""List coverage: listed, estimated and in print, with totals; two lists, one list and none."""

import numpy as np
import pandas as pd
import pytest

from analysis import sources, study
from analysis.clean import claims
from analysis.estimates import list_coverage
from analysis.models.capture import chapman

MAPPING, INFORMANTS, INSPECTION = study.load().list_coverage.lists
THREE = [MAPPING, INFORMANTS, INSPECTION]
SOME = study.load().changed("list_coverage.n_replicates", 200)
HISTORIES = [[MAPPING], [INFORMANTS], [MAPPING, INFORMANTS], [INSPECTION], [MAPPING, INSPECTION]]
HISTORIES += [[INFORMANTS, INSPECTION], THREE]
NUMBERS = {  # area, type: facilities by history
    ("phnom_penh", "rci"): [20, 4, 40, 2, 14, 1, 50],
    ("phnom_penh", "other"): [14, 3, 24, 0, 3, 0, 7],
    ("other20", "rci"): [12, 2, 10, 3, 30, 3, 75],
}


def facilities(of=NUMBERS, histories=HISTORIES):
    rows = [
        {"area": area, "type_group": kind, "facility_type": kind, "lists": " ".join(own), "n_lists": len(own)}
        for (area, kind), numbers in of.items()
        for own, n in zip(histories, numbers, strict=True)
        for _ in range(n)
    ]
    columns = ["area", "type_group", "facility_type", "lists", "n_lists"]
    return pd.DataFrame(rows, columns=columns).assign(province_code=None)


def draws_of(captures, n=3):
    """Return ``n`` linkages, in each one more facility of the mapping in Phnom Penh than in the one before."""
    counts = captures.groupby(["area", "type_group", "lists"]).size().rename("n_facilities").reset_index()
    is_more = (counts["lists"] == MAPPING) & (counts["area"] == "phnom_penh") & (counts["type_group"] == "rci")
    return pd.concat(
        [counts.assign(draw=one + 1, n_facilities=counts["n_facilities"] + one * is_more) for one in range(n)],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def ledger():
    return claims.TABLE.validated(claims.build(sources.read("claims_printed")), "claims")


def built(captures, ledger, choices=SOME, seed=1, n_draws=3):
    rows = list_coverage.build(captures, draws_of(captures, n_draws), ledger, choices, np.random.default_rng(seed))
    valid = list_coverage.TABLE.validated(rows, "list_coverage")
    return valid.set_index(["scale", "term", "level", "list_id"]).sort_index()


@pytest.fixture(scope="module")
def rows(ledger):
    return built(facilities(), ledger)


def test_what_a_list_names_is_counted_in_every_group_and_in_all(rows):
    listed = rows.loc["facilities listed", "estimate"]
    assert listed["phnom_penh", "rci", "any"] == 131
    assert listed["phnom_penh", "rci", MAPPING] == 20 + 40 + 14 + 50
    assert listed["phnom_penh", "all", INSPECTION] == 2 + 14 + 1 + 50 + 3 + 7
    assert listed["all", "rci", "any"] == 131 + 135
    assert listed["all", "all", "any"] == 131 + 51 + 135
    assert listed["siem_reap", "all", "any"] == 0
    assert rows.loc["facilities listed", ["ci_low", "ci_high"]].isna().all(axis=None)


def test_areas_and_types_add_up_to_their_totals(rows):
    for scale in ("facilities listed", "facilities in all"):
        of_any = rows.loc[scale].xs("any", level="list_id")["estimate"].fillna(0).astype("float64").unstack()  # noqa: PD010
        assert of_any["all"].to_numpy() == pytest.approx(of_any[["rci", "other"]].sum(axis=1).to_numpy())
        assert of_any.loc["all"].to_numpy() == pytest.approx(of_any.drop("all").sum().to_numpy())


def test_the_estimate_lies_above_what_is_listed_and_in_its_interval(rows):
    known = rows.loc["facilities in all"].dropna(subset="estimate")
    assert len(known) == 3 + 2 + 2 + 3 - 2
    assert (known["estimate"] >= known["n"]).all()
    assert known["estimate"].between(known["ci_low"], known["ci_high"]).all()
    assert known.loc[("all", "all", "any"), "ci_high"] < 400


def test_where_no_list_names_a_facility_there_is_no_estimate_and_no_count_behind_it(rows):
    empty = rows.loc[("facilities in all", "siem_reap", "rci", "any")]
    assert empty[["estimate", "ci_low", "ci_high", "n"]].isna().all()


def test_linkages_that_differ_widen_the_interval_and_move_the_estimate(ledger, rows):
    alike = built(facilities(), ledger, n_draws=1)
    apart = built(facilities(), ledger, n_draws=41)
    at = ("facilities in all", "phnom_penh", "rci", "any")
    width = [found.loc[at, "ci_high"] - found.loc[at, "ci_low"] for found in (alike, apart)]
    assert width[1] > width[0] + 30
    assert apart.loc[at, "estimate"] > alike.loc[at, "estimate"] + 15


def test_each_two_of_three_lists_are_told_for_the_country_alone(rows):
    two = rows.loc["facilities in all by two lists"]
    assert set(two.index) == {
        ("all", "all", f"{a}+{b}") for a, b in [(THREE[0], THREE[1]), (THREE[0], THREE[2]), (THREE[1], THREE[2])]
    }
    assert two.loc[("all", "all", f"{MAPPING}+{INFORMANTS}"), "n"] == 317 - 2 - 3


def test_two_lists_are_chapmans_in_each_stratum(ledger):
    of_two = {key: [numbers[0], numbers[1], numbers[2]] for key, numbers in NUMBERS.items()}
    found = built(facilities(of_two, HISTORIES[:3]), ledger, n_draws=1)
    estimate = found.loc[("facilities in all", "all", "all", "any"), "estimate"]
    assert estimate == pytest.approx(sum(sum(n) + chapman(n[0], n[1], n[2]) for n in of_two.values()))
    assert "Chapman" in found.loc[("facilities in all", "all", "all", "any"), "note"]
    assert "facilities in all by two lists" not in found.index.get_level_values("scale")


@pytest.mark.parametrize("n_lists", [0, 1])
def test_one_list_or_none_gives_counts_and_no_estimate(ledger, n_lists):
    found = built(facilities({("phnom_penh", "rci"): [30]} if n_lists else {}, HISTORIES[:1]), ledger)
    assert found.loc[("facilities listed", "all", "all", "any"), "estimate"] == 30 * n_lists
    in_all = found.loc["facilities in all"]
    assert in_all["estimate"].isna().all()
    assert in_all["note"].str.contains("one list alone").all()


def test_more_than_three_lists_are_refused(ledger):
    four = SOME.changed("list_coverage.lists", [*THREE, "list_2016"])
    with pytest.raises(ValueError, match="two or three lists"):
        built(facilities(), ledger, four)


def test_the_same_seed_gives_the_same_numbers(ledger, rows):
    again = built(facilities(), ledger)
    assert again["ci_high"].equals(rows["ci_high"])


def test_the_printed_share_is_apart_and_exact(rows):
    # R 4.2.2: binom.test(139, 267)$conf.int
    printed = rows.loc["share"]
    assert printed["source"].tolist() == ["print"]
    one = printed.iloc[0]
    assert one["estimate"] == pytest.approx(139 / 267)
    assert [one["ci_low"], one["ci_high"]] == pytest.approx([0.4588632453, 0.5818730036], abs=1e-9)
    assert (one["printed"], one["n"]) == ("139 of 267", 267)
    assert (rows.drop(index="share")["source"] == "records").all()


def test_the_note_says_how_often_such_intervals_hold_the_number(rows):
    note = rows.loc[("facilities in all", "all", "all", "any"), "note"]
    assert study.load().list_coverage.in_simulation in note
