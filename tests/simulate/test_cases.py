"""Cases: ids, families, episodes and the closure wave hold together, and words are those of the allowed values."""

import re

import numpy as np
import pandas as pd
import pytest

from analysis.imported import allowed
from analysis.simulate import case_families, draws
from analysis.simulate.world import COLUMNS

LAST_DAY = pd.Timestamp("2024-12-31")
FRAMES = (
    *("agencies", "workers", "case_households", "case_members", "children", "cases", "assessments", "care_plans"),
    *("placements", "follow_ups", "support", "referrals", "returns"),
)
DATED = (  # what happens while a case is open
    *(("assessments", "assessed_on"), ("care_plans", "plan_on"), ("follow_ups", "done_on"), ("follow_ups", "due_on")),
    *(("support", "start_on"), ("support", "end_on")),
)
WORDS = {
    ("case_households", "id_poor"): allowed.ID_POOR,
    ("case_households", "caregiver_relation"): allowed.CAREGIVER_RELATION,
    ("case_households", "caregiver_sex"): allowed.SEX,
    ("case_households", "vulnerability_class"): allowed.VULNERABILITY_CLASS,
    ("case_households", "family_type"): allowed.CARE_TYPE,
    ("case_members", "relation"): allowed.CAREGIVER_RELATION,
    ("children", "orphan_status"): allowed.ORPHAN_STATUS,
    ("cases", "programme"): allowed.PROGRAMME,
    ("cases", "referral_source"): allowed.REFERRAL_SOURCE,
    ("cases", "status"): allowed.STATUS,
    ("cases", "risk_level"): allowed.RISK_LEVEL,
    ("cases", "separation_reason"): allowed.SEPARATION_REASON,
    ("cases", "harm_history"): allowed.HARM_HISTORY,
    ("cases", "closure_circumstance"): allowed.CLOSURE_CIRCUMSTANCE,
    ("cases", "closure_reason"): allowed.CLOSURE_REASON,
    ("assessments", "instrument"): allowed.INSTRUMENT,
    ("placements", "care_type"): allowed.CARE_TYPE,
    ("placements", "formality"): allowed.FORMALITY,
    ("placements", "entry_event"): allowed.ENTRY_EVENT,
    ("placements", "end_reason"): allowed.END_REASON,
    ("follow_ups", "mode"): allowed.MODE,
    ("support", "service_group"): allowed.SERVICE_GROUP,
    ("support", "decision"): allowed.DECISION,
    ("support", "cost_category"): allowed.COST_CATEGORY,
    ("referrals", "direction"): allowed.DIRECTION,
    ("referrals", "service_group"): allowed.SERVICE_GROUP,
    ("referrals", "decision"): allowed.DECISION,
    ("referrals", "risk_level"): allowed.RISK_LEVEL,
}


@pytest.fixture(scope="module")
def frames(case_frames):
    return case_frames()


@pytest.fixture(scope="module")
def cases(frames):
    return frames["cases"]


def test_frames_have_the_columns_of_the_world_in_every_size(case_frames):
    for size in (1.0, 0.02, 0.002):
        found = case_frames(3, size)
        assert {name: tuple(frame.columns) for name, frame in found.items()} == {name: COLUMNS[name] for name in FRAMES}


def test_types_do_not_depend_on_the_size(case_frames):
    whole, few = case_frames(), case_frames(3, 0.002)
    assert {name: frame.dtypes.to_dict() for name, frame in few.items()} == {
        name: frame.dtypes.to_dict() for name, frame in whole.items()
    }


@pytest.mark.parametrize(("frame", "column"), WORDS)
def test_words_are_allowed_ones(frames, frame, column):
    found = frames[frame][column].dropna().str.split("|").explode()
    assert set(found) <= set(WORDS[frame, column])


def test_the_same_seed_gives_the_same_frames_and_another_seed_or_block_others(
    case_frames, case_choices, little_country
):
    from analysis.simulate import block

    again = block.case_frames(case_choices, block.generators(1, 1), 1, 0.05, little_country)
    for name, frame in case_frames(1, 0.05).items():
        pd.testing.assert_frame_equal(frame, again[name])
    for other in (case_frames(2, 0.05), case_frames(1, 0.05, 2)):
        assert not other["cases"]["need"].equals(again["cases"]["need"])


def test_no_id_of_one_block_stands_in_another(case_frames):
    first, second = case_frames(1, 0.05), case_frames(1, 0.05, 2)
    for frame, column in (
        *(("agencies", "agency"), ("workers", "worker_id"), ("children", "global_id"), ("children", "mosvy_number")),
        *(("cases", "slug"), ("cases", "case_uuid")),
    ):
        assert not set(first[frame][column].dropna()) & set(second[frame][column].dropna()), column


def test_ids_stand_where_a_system_gives_them(frames, cases):
    assert cases["slug"].notna().equals(cases["in_oscar"])
    assert cases["case_uuid"].notna().equals(cases["in_primero"])
    assert cases["case_uuid"].dropna().is_unique
    assert (cases["in_oscar"] | cases["in_primero"]).all()
    oscar_children = set(cases.loc[cases["in_oscar"], "child_id"])
    children = frames["children"].set_index("child_id")
    assert set(children.index[children["global_id"].notna()]) == oscar_children
    assert children["global_id"].dropna().is_unique
    assert children["global_id"].dropna().str.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}").all()
    assert (
        cases["case_uuid"]
        .dropna()
        .str.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
        .all()
    )


def test_a_slug_is_one_child_in_one_agency_and_its_episodes_follow_each_other(cases):
    clients = cases[cases["in_oscar"]]
    assert not clients.drop_duplicates(["slug", "child_id", "consent"])["slug"].duplicated().any()
    assert all(re.fullmatch(rf"{agency}-\d+", slug) for agency, slug in cases[["agency", "slug"]].dropna().to_numpy())
    later = cases[cases["episode"] == 2]
    assert len(later) > 20
    before = later[["slug", "referred_on"]].merge(cases[cases["episode"] == 1], on="slug", suffixes=("", "_before"))
    assert len(before) == len(later)
    assert (before["closed_on"] < before["referred_on"]).all()
    assert not later["in_primero"].any()


def test_some_children_are_known_to_two_agencies(cases, case_choices):
    agencies = cases.groupby("child_id")["agency"].nunique()
    assert (agencies > 1).mean() == pytest.approx(case_choices.second_agency_share, abs=0.02)
    in_oscar = cases[cases["in_oscar"]].groupby("child_id")["slug"].nunique()
    assert (in_oscar > 1).sum() >= 20  # one global id, two slugs
    assert (agencies <= 2).all()


def test_dates_follow_the_order_of_a_case_and_end_with_observation(frames, cases):
    for frame in frames.values():
        for column in frame.columns[[str(dtype).startswith("datetime") for dtype in frame.dtypes]]:
            assert frame[column].max() <= LAST_DAY, column
    assert (cases["accepted_on"].isna() | (cases["accepted_on"] >= cases["referred_on"])).all()
    assert (cases["closed_on"].isna() | (cases["closed_on"] >= cases["referred_on"])).all()
    assert not (cases["closed_on"] < cases["accepted_on"]).any()
    assert not (cases["risk_assessed_on"] > cases["closed_on"]).any()
    assert cases["referred_on"].min() >= pd.Timestamp("2019-01-01")


def test_status_circumstance_and_reason_tell_one_story(cases):
    closed = cases["closed_on"].notna()
    assert (cases["status"] == "closed").equals(closed)
    assert cases["closure_reason"].notna().equals(closed)
    assert cases["closure_circumstance"].notna().equals(closed)
    accepted = cases["accepted_on"].notna()
    assert (cases.loc[closed, "closure_circumstance"] == "exited").equals(accepted[closed])
    assert (cases.loc[~closed & ~accepted, "status"] == "referred").all()
    assert cases.loc[~closed & accepted, "status"].isin(("active", "accepted")).all()
    assert (cases.loc[~accepted, "risk_level"] == "unknown").all()
    assert cases.loc[cases["in_primero"], "closure_reason"].dropna().str.contains("|", regex=False).sum() == 0
    assert cases["closure_reason"].dropna().str.contains("|", regex=False).sum() > 10


def test_a_tier_has_a_day_that_is_not_after_the_closing(cases, case_frames):
    assert cases["risk_assessed_on"].notna().equals(cases["risk_level"] != "unknown")
    slow = case_frames(need__assessed_within_days=400)["cases"]
    assert (slow["risk_assessed_on"] == slow["closed_on"]).sum() > 50
    assert not (slow["risk_assessed_on"] > slow["closed_on"]).any()


def test_no_frame_but_cases_speaks_of_a_case_that_was_never_accepted(frames, cases):
    accepted = set(cases.loc[cases["accepted_on"].notna(), "case_no"])
    for name in ("assessments", "care_plans", "placements", "follow_ups", "support"):
        assert set(frames[name]["case_no"]) <= accepted, name
    assert not set(frames["referrals"]["case_no"]) <= accepted  # a referral may be rejected


def test_records_stand_between_acceptance_and_closing(frames, cases):
    case = cases.set_index("case_no")
    for name, column in DATED:
        dated = frames[name].dropna(subset=[column])
        assert (dated[column].to_numpy() >= case.loc[dated["case_no"], "accepted_on"].to_numpy()).all(), (name, column)
        assert not (dated[column].to_numpy() > case.loc[dated["case_no"], "closed_on"].to_numpy()).any(), (name, column)


def test_members_say_the_same_as_the_household(frames):
    families, members = frames["case_households"].set_index("household_id"), frames["case_members"]
    carers = members[members["is_caregiver"]].set_index("household_id")
    assert carers.index.is_unique
    with_carer = families[families["caregiver_relation"] != "none"]
    assert set(carers.index) == set(with_carer.index)
    assert carers.loc[with_carer.index, "relation"].equals(with_carer["caregiver_relation"].rename("relation"))
    assert carers["is_alive"].all()
    status = frames["children"].drop_duplicates("household_id").set_index("household_id")["orphan_status"]
    mothers = members[members["relation"] == "mother"].set_index("household_id")["is_alive"]
    dead = status.reindex(mothers.index).isin(("father_alive_only", "double_orphan"))
    assert (mothers == ~dead).all()
    minors = members[members["relation"].isin(("child", "sibling")) & ~members["is_caregiver"]]
    assert minors.groupby("household_id").size().reindex(families.index).eq(families["n_children"]).all()
    assert (families["household_size"] == families["n_children"] + families["n_adults"]).all()
    assert frames["case_households"]["family_no"].is_unique  # a second agency uses the same number


def test_the_closure_wave_is_identified_whole_and_enrolled_in_part(frames, cases, case_choices, little_country):
    wave = cases[cases["closure_event_id"].notna()]
    assert len(wave) == case_choices.closure.n_identified
    assert wave["accepted_on"].notna().sum() == case_choices.closure.n_enrolled
    assert (wave["referred_on"] >= case_choices.closure.closed_on).all()
    lived = frames["children"].set_index("child_id").loc[wave["child_id"], "facility_no"]
    born = frames["children"].set_index("child_id").loc[wave["child_id"], "birth_date"]
    age = (pd.Timestamp(case_choices.closure.closed_on) - born).dt.days / 365.25
    assert age.between(3, 18).all()
    facilities = little_country["facilities"]
    assert set(lived) <= set(facilities.loc[facilities["closed_in_wave_2023"], "facility_no"])


def test_need_is_the_stated_sum_of_what_is_recorded(case_choices):
    child = {
        "id_poor": "level_1", "violence_in_home": True, "substance_use": False, "illness_or_disability": False,
        "migration": True, "caregiver_relation": "grandparent", "disability": False, "age_years": 14,
    }  # fmt: skip
    need = case_choices.need
    expected = need.id_poor_level_1 + need.violence + need.migration + need.kin_carer + need.adolescent
    found = case_families.need_of(case_choices, np.random.default_rng(1), pd.DataFrame([child]))
    assert found[0] == pytest.approx((expected - need.centre) / need.scale)


def test_an_unrecorded_share_of_need_is_noise_of_that_share(frames, case_frames):
    hidden = case_frames(need__unrecorded_share=0.36)["cases"].query("episode == 1")
    open_ = frames["cases"].query("episode == 1")
    shared = open_.merge(hidden, on=["child_id", "agency"], suffixes=("", "_hidden"))
    assert shared["need"].corr(shared["need_hidden"]) == pytest.approx(0.8, abs=0.03)


def test_ids_carry_their_day_in_order():
    ulids = draws.ulids(np.random.default_rng(1), np.array([18_000.0, 18_001.0, 20_000.0]))
    assert list(ulids) == sorted(ulids)
    assert ulids[0][:4] != ulids[2][:4]


def test_joined_words_are_unknown_where_there_is_none():
    flags = {"poverty": np.array([True, False, True]), "illness": np.array([True, False, False])}
    assert list(draws.joined(flags)) == ["poverty|illness", "unknown", "poverty"]


def test_order_within_counts_each_group_in_the_order_given():
    ordered = draws.order_within(pd.Series(["a", "b", "a", "a"]), pd.Series([3.0, 1.0, 1.0, 2.0]))
    assert list(ordered) == [3, 1, 1, 2]
