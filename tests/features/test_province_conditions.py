"""Conditions of the provinces, held to numbers that were printed or can be added up by hand."""

import pandas as pd
import pytest

from analysis.features import province_conditions


@pytest.fixture(scope="module")
def conditions(built) -> pd.DataFrame:
    return built("province_conditions").set_index("province_code")


def test_25_provinces_and_nothing_missing(conditions):
    assert len(conditions) == 25
    assert not conditions.isna().any(axis=None)


@pytest.mark.parametrize(
    ("code", "column", "value", "tolerance"),
    [
        ("12", "urban_share", 0.9363, 5e-5),
        ("21", "urban_share", 0.0171, 5e-5),
        ("17", "idpoor_share", 0.1893, 5e-5),
        ("02", "idpoor_share", 0.3060, 5e-5),
        ("01", "net_migration_per_1k", 63.41, 5e-3),
        ("24", "net_migration_per_1k", 515.72, 5e-3),
        ("03", "net_migration_per_1k", -131.68, 5e-3),
        ("01", "migrants_abroad_share", 0.12475, 5e-6),
        ("16", "migrants_abroad_share", 0.00049, 5e-6),
        ("16", "mpi", 0.2313, 0),
        ("16", "school_distance_km", 25.862, 1e-9),
        ("12", "school_distance_km", 0.716, 1e-9),
    ],
)
def test_a_condition_is_what_the_source_gives(code, column, value, tolerance, conditions):
    assert conditions.loc[code, column] == pytest.approx(value, abs=tolerance)


def test_the_urban_share_of_the_undivided_province_stands_for_both_parts(conditions):
    assert conditions.index[conditions["is_urban_share_of_24"]].tolist() == ["03", "25"]
    assert conditions.loc["03", "urban_share"] == conditions.loc["25", "urban_share"] == pytest.approx(0.0704, abs=5e-5)


def test_tourism_is_the_ruling(built, conditions):
    ruled = built("tourism_provinces").set_index("province_code")["is_tourism_destination"]
    assert (conditions["is_tourism_destination"] == ruled).all()
    assert conditions.loc[["12", "17", "18"], "is_tourism_destination"].all()


def test_school_attendance_is_no_condition(conditions):
    assert not [column for column in conditions if "attendance" in column]


def test_shares_are_of_sums_and_not_means_of_communes(built):
    made_up = built("commune_idpoor").query("province_code == '23'").head(2).copy()
    made_up["n_households"] = [100, 900]
    made_up["n_poor_1_households"] = [50, 0]
    made_up["n_poor_2_households"] = [0, 0]
    assert province_conditions._idpoor(made_up)["idpoor_share"].tolist() == [0.05]


def test_moves_inside_a_province_cancel(built):
    districts = built("district_migration").query("province_code == '23'").copy()
    before = province_conditions._net_migration(districts)["net_migration_per_1k"].iloc[0]
    districts["n_in_migrants"] += 1000
    districts["n_out_migrants"] += 1000
    assert province_conditions._net_migration(districts)["net_migration_per_1k"].iloc[0] == pytest.approx(before)


def test_a_table_that_names_a_province_twice_is_refused(built):
    names = [
        *("provinces", "commune_idpoor", "province_mpi", "province_census_2008", "district_migration"),
        *("commune_children", "school_distance", "tourism_provinces"),
    ]
    tables = {name: built(name) for name in names}
    tables["province_mpi"] = pd.concat([tables["province_mpi"], tables["province_mpi"].head(1)])
    with pytest.raises(pd.errors.MergeError):
        province_conditions.build(**tables)
