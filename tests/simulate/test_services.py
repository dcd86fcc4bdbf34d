"""Services: codes of the crosswalk in their groups, the package whole or not at all, costs by what was bought."""

import pandas as pd
import pytest

from analysis.imported import allowed
from analysis.simulate import services

PLACED_BY_STREAM = {  # these are placements, not support
    *("family_based_care_kinship", "family_based_care_emergency_foster", "family_based_care_longterm_foster"),
    *("family_based_care_domestic_adoption", "family_based_care_family_reunification"),
    *("family_based_care_independent_living", "residential_care_gov_only_other"),
}


@pytest.fixture(scope="module")
def frames(case_frames):
    return case_frames()


@pytest.fixture(scope="module")
def support(frames):
    return frames["support"]


def test_groups_are_the_beginnings_of_codes(support):
    other = support["service_code"] == "other_other_service"
    begins = [code.startswith(group + "_") for code, group in support[["service_code", "service_group"]].to_numpy()]
    assert all(begins)
    assert (support.loc[other, "service_group"] == "other").all()
    assert set(services.GROUPS) == set(allowed.SERVICE_GROUP) - {"unknown"}


def test_no_placement_service_is_support(support, case_choices):
    assert not set(support["service_code"]) & PLACED_BY_STREAM
    assert not set(case_choices.services.others) & (PLACED_BY_STREAM | set(case_choices.package.services))


def test_a_package_is_whole_and_starts_on_the_first_day_at_home_in_the_programme(frames, support, case_choices):
    package = support[support["service_code"].isin(case_choices.package.services)]
    helped = frames["returns"].query("had_package")
    assert len(package) == len(case_choices.package.services) * len(helped) > 600
    accepted = frames["cases"].set_index("case_no")["accepted_on"].reindex(helped["case_no"]).to_numpy()
    first_day = helped["return_on"].where(helped["return_on"] > accepted, accepted)
    expected = pd.MultiIndex.from_arrays([helped["case_no"], first_day])
    found = package.groupby(["case_no", "start_on"])["service_code"].nunique()
    assert set(found.index) == set(expected)
    assert (found == len(case_choices.package.services)).all()


def test_only_what_was_given_costs_and_cost_lines_fit_the_service(support, case_choices):
    assert support["amount_usd"].notna().equals(support["cost_category"].notna())
    paid = support.dropna(subset=["amount_usd"])
    assert (paid["decision"] == "accepted").all()
    assert (paid["amount_usd"] > 0).all()
    for group, rows in paid.groupby("service_group"):
        assert set(rows["cost_category"]) <= set(case_choices.services.cost_of.get(group, ("other",)))
    assert set(paid["cost_category"]) == set(allowed.COST_CATEGORY) - {"unknown"}
    median = paid.groupby("cost_category")["amount_usd"].median()
    for category, expected in case_choices.services.usd_median.items():
        n = (paid["cost_category"] == category).sum()
        assert median[category] == pytest.approx(expected, rel=4 * 1.25 * case_choices.services.usd_log_sd / n**0.5)


def test_services_are_numbered_by_time(support):
    ordered = support.sort_values(["case_no", "support_no"])
    assert (ordered.groupby("case_no")["start_on"].diff().dropna().dt.days >= 0).all()
    assert not ordered.duplicated(["case_no", "support_no"]).any()
    assert not (support["end_on"] < support["start_on"]).any()
    assert support.loc[support["decision"] != "accepted", "end_on"].isna().all()


def test_referrals_from_others_are_answered_as_the_case_was(frames):
    cases = frames["cases"].set_index("case_no")
    came = frames["referrals"].query("direction == 'from'")
    accepted = cases.loc[came["case_no"], "accepted_on"].notna().to_numpy()
    assert (came["decision"].eq("accepted").to_numpy() == accepted).all()
    pending = cases.loc[came["case_no"], "status"].eq("referred").to_numpy()
    assert (came["decision"].eq("pending").to_numpy() == pending).all()
    assert (came["referred_on"].to_numpy() == cases.loc[came["case_no"], "referred_on"].to_numpy()).all()
    assert set(frames["referrals"]["decision"]) == {"accepted", "rejected", "pending"}
    assert frames["referrals"].query("direction == 'to'")["case_no"].nunique() > 300


def test_a_planned_return_follows_its_first_care_plan(frames):
    first = frames["care_plans"].query("plan_no == 1").set_index("case_no")["plan_on"]
    planned = frames["returns"].drop_duplicates("case_no").query("is_planned").set_index("case_no")["return_on"]
    both = pd.concat([first, planned], axis=1).dropna()
    assert len(both) > 500
    assert (both["plan_on"] < both["return_on"]).all()
