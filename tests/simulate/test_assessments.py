"""Assessments: whole sets of domains in waves, better with time and with the package, worse with need."""

import numpy as np
import pytest

WAVES = ["case_no", "instrument", "assessment_no"]


@pytest.fixture(scope="module")
def frames(case_frames):
    return case_frames()


@pytest.fixture(scope="module")
def assessments(frames):
    return frames["assessments"]


def test_each_assessment_has_all_domains_of_its_instrument_once(assessments, case_choices):
    for instrument, rows in assessments.groupby("instrument"):
        domains = list(case_choices.assessments[instrument])
        assert not rows.duplicated([*WAVES, "domain_code"]).any()
        assert (rows.groupby(WAVES).size() == len(domains)).all()
        assert set(rows["domain_code"]) == set(domains)
    assert {
        name: len(case_choices.assessments[name]) for name in ("csi12", "primero_kh_child", "primero_kh_family")
    } == {
        "csi12": 12,
        "primero_kh_child": 8,
        "primero_kh_family": 11,
    }


def test_each_system_has_its_own_instruments(frames, assessments):
    cases = frames["cases"].set_index("case_no")
    in_system = cases.loc[assessments["case_no"], ["in_oscar", "in_primero"]].reset_index(drop=True)
    is_csi = assessments["instrument"] == "csi12"
    assert in_system.loc[is_csi, "in_oscar"].all()
    assert in_system.loc[~is_csi, "in_primero"].all()


def test_waves_are_numbered_by_time_about_six_months_apart(assessments, case_choices):
    waves = assessments.drop_duplicates(WAVES).sort_values(WAVES)
    gaps = waves.groupby(["case_no", "instrument"])["assessed_on"].diff().dt.days.dropna()
    assert (gaps >= 0).all()
    csi = gaps[waves.loc[gaps.index, "instrument"] == "csi12"]
    assert csi.median() == pytest.approx(case_choices.assessments.every_days, abs=5)
    numbers = waves.groupby(["case_no", "instrument"])["assessment_no"]
    assert (numbers.max() == numbers.size()).all()
    assert not (waves["created_on"] < waves["assessed_on"]).any()
    assert (waves["created_on"] > waves["assessed_on"]).mean() > 0.5


def test_only_drafts_have_blanks(assessments, case_choices):
    assert assessments["score"].dropna().between(1, 4).all()
    blank = assessments["score"].isna()
    assert not (blank & assessments["completed"]).any()
    drafts = assessments.drop_duplicates(WAVES)["completed"].eq(False).mean()
    assert drafts == pytest.approx(case_choices.assessments.draft_share, abs=0.012)
    assert 0.3 < blank[~assessments["completed"]].mean() < 0.5


def test_children_without_a_package_do_better_with_time_too_and_worse_with_need(frames, assessments):
    helped = frames["returns"].loc[frames["returns"]["had_package"], "case_no"]
    assessments = assessments[~assessments["case_no"].isin(helped)]
    csi = assessments[assessments["instrument"] == "csi12"]
    mean = csi.groupby(["case_no", "assessment_no"])["score"].mean().astype(float).unstack()
    change = (mean[3] - mean[1]).dropna()
    assert change.mean() > 4 * change.std() / np.sqrt(len(change))
    need = frames["cases"].set_index("case_no")["need"].reindex(mean.index)
    assert mean[1].corr(need) < -0.4


def test_the_package_lifts_scores_in_the_first_year(frames, assessments):
    first = frames["returns"].drop_duplicates("case_no").set_index("case_no")["had_package"]
    csi = assessments[assessments["instrument"] == "csi12"]
    mean = csi.groupby(["case_no", "assessment_no"])["score"].mean().astype(float).unstack()
    change = (mean[3] - mean[1]).dropna()
    helped = first.reindex(change.index).eq(True)
    gain, se = change[helped].mean() - change[~helped].mean(), change.std() / np.sqrt(helped.sum())
    assert gain > 2 * se
