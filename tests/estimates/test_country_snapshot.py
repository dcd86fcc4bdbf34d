"""The snapshot holds what the ledger prints, ages it, keeps conflicts apart, checks sums and says what is empty."""

import pandas as pd
import pytest

from analysis import pipeline, store
from analysis import study as choices
from analysis.contract import ReconciliationError
from analysis.estimates import country_snapshot, reconciliation
from analysis.estimates._snapshot_years import last_year

NAMES = pipeline.tables_of(country_snapshot.build)
PROVINCES = 25


@pytest.fixture(scope="module")
def inputs() -> dict[str, pd.DataFrame]:
    return {name: store.read(name) for name in NAMES}


def snapshot(inputs, study=None) -> pd.DataFrame:
    made = country_snapshot.build(**inputs, study=study or choices.load())
    return country_snapshot.TABLE.validated(made, "country_snapshot")


@pytest.fixture(scope="module")
def rows(inputs) -> pd.DataFrame:
    return snapshot(inputs)


def values(rows, field) -> pd.DataFrame:
    return rows[(rows["outcome"] == field) & (rows["row_is"] == "value") & rows["province"].isna()].set_index("term")


def with_value(inputs, claim_id, value):
    ledger = inputs["claims"]
    assert (ledger["claim_id"] == claim_id).sum() == 1
    return inputs | {"claims": ledger.assign(value=ledger["value"].mask(ledger["claim_id"] == claim_id, value))}


def with_field(inputs, field, **changes):
    fields = inputs["snapshot_fields"].copy()
    fields.loc[fields["field_id"] == field, list(changes)] = list(changes.values())
    return inputs | {"snapshot_fields": fields}


def test_every_printed_number_is_the_ledgers_with_its_source_period_and_grade(rows, inputs):
    ledger = inputs["claims"].set_index("claim_id")
    printed = rows[rows["row_is"].eq("value") & rows["term"].isin(ledger.index)].set_index("term")
    assert len(printed) > 70
    its_own = ledger.loc[printed.index]
    for mine, its in {
        "estimate": "value",
        "value_printed": "value_printed",
        "period": "period",
        "grade": "grade",
    }.items():
        pd.testing.assert_series_equal(printed[mine], its_own[its], check_names=False)
    assert (printed["source_id"] == its_own["source_id"]).all()
    assert (printed["counts"] == its_own["definition"]).all()


def test_every_number_and_text_has_a_full_citation(rows):
    told = rows[rows["row_is"].isin(["value", "text", "source"])]
    assert told["source"].notna().all()
    stark = rows.loc[rows["source_id"] == "stark-2017", "source"].iloc[0]
    assert stark.startswith("BMJ Open 7:e013888 (Stark, Rubenstein, Pak, Kosal) (2017). National estimation")
    assert stark.endswith("http://bmjopen.bmj.com/content/7/1/e013888")


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("2021-22", 2022),
        ("2014-15", 2015),
        ("Nov 2014-Feb 2015", 2015),
        ("2013-2015", 2015),
        ("2016-Dec 2017", 2017),
        ("about 2011", 2011),
        ("2024-", 2024),
        ("2022-2031", 2022),  # a plan counts from its first year
        ("programme follow-up", None),
        (None, None),
    ],
)
def test_the_year_of_a_period(period, year):
    assert last_year(period, 2026) == year


def test_a_number_is_stale_above_the_limit_and_not_at_it(inputs):
    study = choices.load()
    made_for, limit = study.country_snapshot.reference_year, study.country_snapshot.stale_after_years
    ledger = inputs["claims"]
    period = {"national-hdi": str(made_for - limit), "national-gini": str(made_for - limit - 1)}
    changed = ledger.assign(period=ledger["claim_id"].map(period).fillna(ledger["period"]))
    made = snapshot(inputs | {"claims": changed})
    at, above = values(made, "hdi").iloc[0], values(made, "gini").iloc[0]
    assert (at["age_years"], at["is_stale"]) == (limit, False)
    assert (above["age_years"], above["is_stale"]) == (limit + 1, True)


def test_the_year_the_snapshot_is_made_for_ages_every_number(inputs, rows):
    later = snapshot(inputs, choices.load().changed("country_snapshot.reference_year", 2036))
    is_plan = rows["outcome"] == "target"  # its years lie ahead of the one and behind the other
    number = rows["row_is"].eq("value") & rows["year"].notna() & ~is_plan
    assert (later.loc[number, "age_years"] - rows.loc[number, "age_years"]).eq(10).all()
    assert later.loc[number, "is_stale"].all()


def test_a_number_without_a_year_is_neither_stale_nor_current(rows):
    row = values(rows, "population_under_18").loc["national-population-under-18"]
    assert pd.isna(row["year"])
    assert pd.isna(row["is_stale"])


def test_numbers_in_conflict_stand_side_by_side_and_nothing_is_averaged(rows):
    both = values(rows, "closed_2023")
    assert both["estimate"].to_dict() == {
        "reintegration-mjf-facilities-closed": 34,
        "reintegration-tlc-facilities-closed": 32,
    }
    assert both["n_side_by_side"].eq(2).all()
    assert both["side_by_side"].str.contains("both stay").all()
    by_definition = values(rows, "children_by_definition")["estimate"]
    assert {16_579, 26_187, 35_374, 48_775} <= set(by_definition.astype("int64"))


def test_a_number_of_ours_has_its_interval_and_its_n(rows, inputs):
    rate = values(rows, "rate_in_institutions").iloc[0]
    own = inputs["care_rates"].query(
        "outcome == 'n_children_in_rcis' and term == 'cambodia' and level == '2011 registration' "
        "and interval == 'clustered_in_facilities'"
    )
    assert (
        rate[["estimate", "ci_low", "ci_high", "n"]].tolist()
        == own[["estimate", "ci_low", "ci_high", "n"]].iloc[0].tolist()
    )
    registered = values(rows, "registered_study").iloc[0]
    assert registered["ci_low"] < 68.03 < registered["ci_high"]  # percent, as the unit says
    assert registered["n"] == 122


def test_the_difference_to_the_vintage_before_is_taken_only_where_both_were_counted_alike(rows):
    alike = values(rows, "children_since_mapping").iloc[0]
    assert alike["change"] == 7_634 - 16_579
    otherwise = values(rows, "children_latest").iloc[0]
    assert otherwise["previous_estimate"] == 7_634
    assert pd.isna(otherwise["change"])


def test_checks_have_their_verdict_and_their_difference(rows):
    checks = rows[rows["row_is"] == "check"].set_index("term")
    assert checks.loc["living-arrangement", "difference"] == pytest.approx(-0.4)
    assert checks.loc["orphanhood-of-neither", "difference"] == 1
    assert checks.loc["children-share-snapshot", "estimate"] == pytest.approx(36.985, abs=0.001)
    assert checks.loc["workforce-children", "estimate"] == pytest.approx(5_844_720, abs=1)
    assert not checks.loc[["living-arrangement", "orphanhood-of-neither"], "holds"].any()
    assert checks.loc[["children-share-snapshot", "workforce-children", "types-cambodia"], "holds"].all()
    assert checks.loc["orphanhood-of-neither", "section"] == "without_biological_parents"


def test_a_planted_wrong_sum_is_told_with_its_difference(inputs):
    planted = with_value(inputs, "mapping-cambodia-pagoda-facilities", 66)
    known = planted["identities"]
    is_it = known["identity_id"] == "types-cambodia"
    of_sum = known[is_it].assign(expected="fails", known_difference=1.0)
    made = reconciliation.build(planted["claims"], of_sum, planted["province_children"])
    rows = snapshot(planted | {"reconciliation": made, "identities": of_sum})
    check = rows[rows["row_is"] == "check"].set_index("term").loc["types-cambodia"]
    assert (check["estimate"], check["difference"], check["holds"]) == (640, 1, False)


def test_sections_with_numbers_of_several_years_are_marked(rows):
    mixed = rows.drop_duplicates("section").set_index("section")
    assert mixed.loc["demographic_data", "is_mixed_vintage"]
    assert mixed.loc["demographic_data", ["section_first_year", "section_last_year"]].tolist() == [2014, 2022]
    assert not mixed.loc["living_arrangements", "is_mixed_vintage"]
    assert pd.isna(mixed.loc["key_stakeholders", "is_mixed_vintage"])


def test_an_empty_field_is_missing_and_says_who_could_fill_it(rows):
    empty = rows[rows["row_is"] == "no data"]
    assert {"re_separation", "formal_foster", "gatekeeping"} <= set(empty["outcome"])
    assert empty["estimate"].isna().all()
    assert empty["who_could_fill"].notna().all()


def test_every_province_has_every_field_known_or_not(rows):
    of_provinces = rows[rows["section"] == "provinces"]
    assert of_provinces.groupby("outcome")["level"].nunique().eq(PROVINCES).all()
    counted = of_provinces[of_provinces["outcome"] == "province_institutions"].set_index("province")
    assert counted["estimate"].dropna().to_dict() == {"Phnom Penh": 117, "Siem Reap": 80}
    assert counted["row_is"].value_counts().to_dict() == {"no data": PROVINCES - 2, "value": 2}


def test_the_survey_before_is_told_only_where_its_region_is_the_province(rows):
    poverty = rows[rows["outcome"] == "province_poverty"].set_index("province")
    assert poverty.loc["Phnom Penh", "change"] == pytest.approx(5.7513 - 8.2825)
    joined = ["Kep", "Kampot", "Kampong Cham", "Tboung Khmum", "Ratanak Kiri"]  # one region with another in 2014
    assert poverty.loc[joined, "previous_estimate"].isna().all()


def test_a_small_count_of_a_province_is_withheld_and_never_0(inputs):
    least = choices.load().disclosure.least_facilities
    few, enough = (with_value(inputs, "mapping-siem-reap-rci-facilities", n) for n in (least - 1, least))
    found = [
        snapshot(one).query("outcome == 'province_institutions' and province == 'Siem Reap'").iloc[0]
        for one in (few, enough)
    ]
    assert [row["row_is"] for row in found] == ["withheld", "value"]
    assert pd.isna(found[0]["estimate"])
    assert found[1]["estimate"] == least


def test_a_province_estimate_of_a_few_sampled_people_is_withheld(inputs):
    mpi = inputs["province_mpi"]
    few = mpi.assign(n_sampled=mpi["n_sampled"].mask(mpi["province_code"] == "23", 9))
    rows = snapshot(inputs | {"province_mpi": few}).query("outcome == 'province_poverty'").set_index("level")
    assert rows.loc["23", "row_is"] == "withheld"
    assert rows["row_is"].eq("withheld").sum() == 1


def test_documents_are_listed_with_what_rests_on_them(rows):
    documents = rows[rows["row_is"] == "source"]
    assert set(documents["term"]) == set(rows.loc[rows["row_is"].isin(["value", "text"]), "source_id"].dropna())
    assert documents["n"].is_monotonic_decreasing


def test_a_field_that_names_what_there_is_not_stops_the_build(inputs):
    with pytest.raises(ReconciliationError, match="national-nothing"):
        snapshot(with_field(inputs, "hdi", claims="national-nothing"))


def test_nothing_rests_on_records():
    assert {store.origin(name) for name in NAMES} == {"published"}
