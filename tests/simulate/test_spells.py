"""True spells: hazards are what the parameters say, the package works from its start, and records follow the truth."""

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import closings, draws, spells
from analysis.simulate.placements import END_OF_STATE

N = 40_000
LAST_DAY = pd.Timestamp("2024-12-31")
COVARIATES = ("need", "is_abrupt", "adolescent", "female", "repeat", "agency_effect")


def plain_spells(n=N, **columns):
    """Return ``n`` spells of baseline children, each its own sibling group."""
    base = dict.fromkeys(COVARIATES, 0.0) | {"had_package": False, "package_after": 0.0, "risk_level": "low"}
    return pd.DataFrame({**base, **columns}, index=range(n)).assign(sibling_group=np.arange(n).astype(str))


def days(choices, cause, seed=1, **columns):
    """Return the days to ``cause`` of spells without a sibling effect."""
    plain = plain_spells(**columns)
    exposures = spells.exposures(choices, np.random.default_rng(seed), plain).assign(siblings=0.0)
    return spells.latent_days(choices, exposures, plain)[cause].to_numpy()


def rate(found, start, end):
    """Return events per day at risk between two days."""
    at_risk = np.clip(found, start, end) - start
    return ((found > start) & (found <= end)).sum() / at_risk.sum()


@pytest.fixture(scope="module")
def frames(case_frames):
    return case_frames()


@pytest.fixture(scope="module")
def returns(frames):
    return frames["returns"]


@pytest.mark.parametrize("cause", spells.ENDS)
def test_each_cause_has_its_stated_rate_in_each_period(case_choices, cause):
    found = days(case_choices, cause)
    months = [*case_choices.hazards.months, 36]
    for i, per_100_months in enumerate(case_choices.hazards[cause]):
        start, end = months[i] * draws.DAYS_PER_MONTH, months[i + 1] * draws.DAYS_PER_MONTH
        expected = per_100_months / 100 / draws.DAYS_PER_MONTH
        n_events = ((found > start) & (found <= end)).sum()
        assert rate(found, start, end) == pytest.approx(expected, rel=4 / np.sqrt(max(n_events, 16)))


@pytest.mark.parametrize("covariate", COVARIATES)
def test_each_covariate_multiplies_the_hazard_as_stated(case_choices, covariate):
    effects = case_choices.effects.residential
    name = {"is_abrupt": "abrupt", "agency_effect": "agency"}.get(covariate, covariate)
    low, high = days(case_choices, "residential"), days(case_choices, "residential", seed=2, **{covariate: 1.0})
    ratio = rate(high, 0, 365) / rate(low, 0, 365)
    assert np.log(ratio) == pytest.approx(effects[name], abs=0.06)


def test_a_package_works_from_its_start_on_and_not_before(case_choices):
    start = 60.0
    without = days(case_choices, "residential")
    helped = days(case_choices, "residential", had_package=True, package_after=start)
    early = without <= start
    assert np.array_equal(without[early], helped[early])
    later = ~early & np.isfinite(without)
    assert (helped[later] > without[later]).all()
    ratio = rate(helped, start, 365) / rate(without, start, 365)
    assert np.log(ratio) == pytest.approx(case_choices.effects.residential.package, abs=0.08)


def test_moving_away_is_a_negative_control(case_choices):
    assert set(case_choices.effects.moved.values()) == {0.0}
    one = days(case_choices, "moved", need=2.0, is_abrupt=1.0, had_package=True)
    assert np.array_equal(one, days(case_choices, "moved"))


def test_brothers_and_sisters_share_their_frailty(case_choices):
    pairs = plain_spells().assign(sibling_group=np.repeat(np.arange(N // 2), 2).astype(str))
    drawn = spells.exposures(case_choices, np.random.default_rng(1), pairs)["siblings"].to_numpy()
    assert np.array_equal(drawn[::2], drawn[1::2])
    assert drawn[::2].std() == pytest.approx(case_choices.hazards.sibling_sd, rel=0.05)


def test_the_earliest_cause_ends_a_spell_and_a_birthday_is_one(case_choices):
    latent = pd.DataFrame(
        {"residential": [10.2, 900.0, 5000.0], "other": [50.0, 800.0, 5000.0], "died": 5000.0, "moved": 5000.0}
    )
    returned = np.full(3, draws.day("2022-01-01"))
    birthday = np.array([draws.day("2030-01-01"), draws.day("2022-06-01"), draws.day("2030-01-01")])
    ends = spells.first_end(case_choices, latent, returned, birthday)
    assert list(ends["end_state"]) == ["residential", "aged_out", "with_family"]
    assert ends["end"][0] == returned[0] + 11
    assert ends["end"][1] == birthday[1]
    assert np.isnan(ends["end"][2])


def test_packages_go_to_those_in_need_and_only_by_what_is_recorded(case_choices, returns):
    one = plain_spells(4, is_abrupt=False, adolescent=False).assign(risk_level=["high", "medium", "low", "unknown"])
    chance = spells.package_propensity(case_choices, one)
    assert chance[0] > chance[1] > chance[2] == chance[3]
    assert np.array_equal(chance, spells.package_propensity(case_choices, one.assign(need=3.0, agency_effect=1.0)))
    enrolled = returns[returns["package_propensity"] > 0]
    assert enrolled["had_package"].mean() == pytest.approx(enrolled["package_propensity"].mean(), abs=0.04)
    assert not returns.loc[returns["package_propensity"] == 0, "had_package"].any()
    helped = returns["had_package"]
    assert returns.loc[helped, "need"].mean() > returns.loc[~helped, "need"].mean() + 0.2  # confounded


def test_a_spell_ends_after_it_starts_and_before_18(frames, returns):
    born = frames["children"].set_index("child_id").loc[returns["child_id"], "birth_date"].to_numpy()
    assert not (returns["end_on"] <= returns["return_on"]).any()
    at_end = (returns["end_on"] - born).dt.days / 365.25
    assert (at_end[returns["end_state"] != "aged_out"].dropna() < 18.01).all()
    assert at_end[returns["end_state"] == "aged_out"].between(17.99, 18.02).all()
    assert returns["end_on"].isna().equals(returns["end_state"] == "with_family")


def test_nothing_is_observed_after_the_end_the_closing_or_the_last_day(frames, returns):
    closed = frames["cases"].set_index("case_no")["closed_on"].reindex(returns["case_no"]).reset_index(drop=True)
    until = returns["observed_until"]
    assert (until >= returns["return_on"]).all()
    assert not (until > returns["end_on"]).any()
    assert not (until > closed).any()
    enrolled = frames["cases"].set_index("case_no")["accepted_on"].reindex(returns["case_no"]).notna().to_numpy()
    assert (until[~enrolled] == returns["return_on"][~enrolled]).all()
    assert (until < returns["end_on"].fillna(LAST_DAY)).mean() > 0.2  # not everything that happens is seen


def test_who_is_enrolled_was_still_at_home(frames, returns):
    accepted = frames["cases"].set_index("case_no")["accepted_on"].reindex(returns["case_no"]).reset_index(drop=True)
    assert (returns["return_on"] < accepted).sum() > 50  # followed from some days after the return
    assert not (returns["end_on"] <= accepted).any()
    unplanned = returns[accepted.isna()]
    assert (unplanned["end_on"].notna()).any()  # those who failed first were never enrolled


def test_a_package_that_hastened_the_end_would_not_do_so_before_it_starts(case_frames):
    frames = case_frames(effects__residential__package=5.0)
    helped = frames["returns"].query("had_package")
    accepted = frames["cases"].set_index("case_no")["accepted_on"].reindex(helped["case_no"]).to_numpy()
    assert (helped["return_on"] < accepted).sum() > 10
    assert not (helped["end_on"].to_numpy() <= accepted).any()


def test_only_the_first_agency_knows_the_return_of_a_child(returns):
    ordered = returns.sort_values(["child_id", "return_on"])
    following = ordered.groupby("child_id")["return_on"].shift(-1)
    assert not (ordered["end_on"] > following).any()
    assert not (ordered["end_on"].isna() & following.notna()).any()


def test_recorded_spells_do_not_overlap_and_only_the_last_is_open(frames):
    placements = frames["placements"].sort_values(["case_no", "spell_no"])
    following = placements.groupby("case_no")["start_on"].shift(-1)
    assert not (placements["end_on"] > following).any()
    assert not (placements["end_on"].isna() & following.notna()).any()
    assert not (placements["end_on"] < placements["start_on"]).any()
    assert placements["end_on"].notna().equals(placements["end_reason"].notna())
    assert (placements["facility_no"].notna()).equals(placements["care_type"] == "rci")


def test_nobody_is_placed_in_a_facility_after_it_closed(frames, little_country):
    facilities = little_country["facilities"]
    closed = set(facilities.loc[facilities["closed_in_wave_2023"], "facility_no"])
    back = frames["placements"].query("entry_event in ('re_separation', 'closure_displacement') and care_type == 'rci'")
    assert len(back[back["start_on"] > "2023-08-15"]) > 30
    first = back.groupby("case_no")["spell_no"].transform("min") > 1
    assert not set(back.loc[first, "facility_no"]) & closed


def test_who_did_not_go_home_when_the_facility_closed_was_moved_to_another(frames, case_choices):
    closed_on = pd.Timestamp(case_choices.closure.closed_on)
    cases = frames["cases"].query("closure_event_id.notna() and accepted_on.notna() and not is_abrupt")
    stays = frames["placements"][frames["placements"]["case_no"].isin(cases["case_no"])]
    first, second = (stays[stays["spell_no"] == number].set_index("case_no") for number in (1, 2))
    assert len(first) == len(second) == len(cases) > 20
    assert (first["end_reason"] == "facility_closed").all()
    assert (first["end_on"] == closed_on).all()
    assert (second["start_on"] == closed_on).all()
    assert ((second["care_type"] == "rci") & (second["entry_event"] == "closure_displacement")).all()
    assert (first["facility_no"] != second["facility_no"]).all()


def test_seen_ends_are_recorded_at_once_or_with_a_delay(frames, returns):
    placements = frames["placements"]
    to_a_family = ("reunification", "spontaneous_return", "closure_displacement")
    home = placements[placements["entry_event"].isin(to_a_family) & (placements["care_type"] != "rci")]
    spell = returns.merge(
        home, left_on=["case_no", "return_on"], right_on=["case_no", "start_on"], suffixes=("", "_recorded")
    )
    enrolled = returns["package_propensity"] > 0
    assert len(spell) == len(home) == enrolled.sum()
    seen = spell["end_on"] == spell["observed_until"]
    lag = (spell["end_on_recorded"] - spell["end_on"])[seen].dt.days
    assert lag.min() == 0
    assert 0.1 < (lag > 0).mean() < 0.35
    assert (spell.loc[seen, "end_reason"] == spell.loc[seen, "end_state"].map(END_OF_STATE)).all()
    unseen = spell.loc[~seen, "end_reason"].dropna()
    assert set(unseen) == {"lost_contact"}


def test_closing_words_fit_what_ended_the_observation(frames, returns):
    reasons = frames["cases"].set_index("case_no")["closure_reason"].str.split("|").str[0]
    last = returns[returns["package_propensity"] > 0].drop_duplicates("case_no", keep="last")
    seen = last[last["end_on"] == last["observed_until"]].assign(reason=lambda rows: rows["case_no"].map(reasons))
    said = seen.dropna(subset=["reason"]).groupby("end_state")["reason"].agg(set)
    assert said["moved"] <= {"moved_in_country", "moved_abroad"}
    assert said["aged_out"] == {"no_longer_eligible"}
    assert said["residential"] <= {"no_longer_eligible", "transferred", "other"}
    assert said.get("died", {"died"}) == {"died"}
    ran = last[~(last["end_on"] == last["observed_until"])]["case_no"].map(reasons).dropna()
    assert {"goals_met", "missing"} <= set(ran)
    assert "died" not in set(ran)


def test_an_end_before_the_stop_is_seen_and_one_after_it_is_not(case_choices):
    start = draws.day("2022-01-01")
    one = pd.DataFrame(
        {
            **{"returned": start, "care_start": start, "is_accepted": [True, True, False]},
            **{"end": [start + 100.0, start + 400.0, start + 100.0], "end_state": "residential"},
        }
    )
    latent = pd.DataFrame({"lost": [9000.0, 199.5, 9000.0], "closed": 9000.0})
    found = closings.observe(case_choices, np.random.default_rng(1), one, latent)
    assert list(found["is_seen"]) == [True, False, False]
    assert list(found["stop"][:2]) == ["residential", "lost"]
    assert list(found["observed_until"]) == [start + 100, start + 200, start]
