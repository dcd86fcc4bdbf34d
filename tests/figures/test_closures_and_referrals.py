"""Closures, referrals and trainings as published: through the gate, few withheld and marked, none no crash."""

import io

import pandas as pd
import pytest

from analysis import charts, disclosure, pipeline, study
from analysis.estimates import closure_funnel_recorded, referral_funnel, training_coverage

STUDY = study.load()


def published(name, estimates, origin="records"):
    """Return what the figure publishes, as it is read again from its file."""
    module = pipeline.module_of(f"figures/{name}")
    numbers = module.NUMBERS.validated(module.build(estimates), name)
    released = disclosure.publishable(numbers, module.NUMBERS, name, origin, None).numbers
    text = pd.read_csv(io.StringIO(released.to_csv(index=False)), dtype="str", keep_default_na=False)
    return module.NUMBERS.as_published().validated(text.drop(columns="origin"), name).assign(origin=origin)


def drawn(name, numbers):
    """Return the words of the figure and all texts on it."""
    module = pipeline.module_of(f"figures/{name}")
    with charts.style():
        figure = module.draw(numbers)
    return module.words(numbers), [text.get_text() for axes in figure.axes for text in axes.texts]


def closures(n_sudden=20, n_other=12):
    """Return events of 20, 15, 12, 10, 8 and 6 children by stage; every other one does not tell who was traced."""
    n, stages = n_sudden + n_other, list(closure_funnel_recorded.STAGES.values())
    rows = [dict(zip(stages, (20, 15, 12, 10, 8, 6), strict=True)) for _ in range(n)]
    frame = pd.DataFrame(rows, columns=stages).assign(n_high=4, n_medium=3, n_low=1).astype("Int64")
    frame.loc[frame.index % 2 == 1, "n_children_traced"] = pd.NA
    return frame.assign(
        closure_event_id=[f"{number:016x}" for number in range(n)],
        facility_id=None,
        closure_mode=["sudden"] * n_sudden + ["ordered"] * n_other,
        closed_on=pd.Series(pd.Timestamp("2023-08-15"), frame.index, dtype="datetime64[us]"),
    )


def of_closures(events):
    return closure_funnel_recorded.TABLE.validated(closure_funnel_recorded.build(events, STUDY), "closures")


def test_the_title_gives_the_bounds_of_the_children_not_traced():
    numbers = published("closure_funnel_recorded", of_closures(closures()))
    words, texts = drawn("closure_funnel_recorded", numbers)
    # traced lies between the 10 assessed and the 15 identified where it is not told
    assert words.title == (
        "In these records, 33% to 45% of the children of closed facilities were never traced, after sudden closures "
        "32% to 45%"
    )
    assert "40% (40–40)" in texts
    assert "wave of Aug 2023" in words.alt_text


def test_few_closures_are_withheld_and_marked_and_never_a_0():
    numbers = published("closure_funnel_recorded", of_closures(closures(20, 3)))
    few = numbers[(numbers["level"] == closure_funnel_recorded.OTHER) & (numbers["scale"] != "facilities")]
    assert few[["estimate", "ci_low", "ci_high", "n", "n_hits"]].isna().all(axis=None)
    words, texts = drawn("closure_funnel_recorded", numbers)
    assert "withheld" in texts
    assert "not to be read as 0" in words.caption


def goals(n=240):
    keys = [f"{number % 60:016x}" for number in range(n)]
    due = pd.Timestamp("2024-03-01")
    done = [due - pd.Timedelta(days=5) if number % 3 else pd.NaT for number in range(n)]
    told = {"case_id": keys, "area": ["schooling", "health"] * (n // 2), "set_on": due, "due_on": due}
    told |= {"completed_on": done, "status": ["completed" if number % 3 else "dropped" for number in range(n)]}
    return pd.DataFrame(told).astype({"case_id": "str", "area": "str", "status": "str"})


def records(n=600, n_protection=24):
    """Return referrals and cases: two thirds accepted, a sixth pending, and few for protection."""
    keys = [f"{number:016x}" for number in range(n)]
    services = ["legal_support"] * n_protection + ["training_education"] * (n - n_protection)
    day = pd.Timestamp("2024-01-01")
    decided = {"case_id": keys, "decision": ["accepted", "accepted", "pending", "accepted", "accepted", "rejected"]}
    decided["decision"] *= n // 6
    told = decided | {"referred_on": day, "direction": ["to", "from"] * (n // 2), "service_group": services}
    of_cases = {"case_id": keys, "source_system": "oscar", "org_code": [f"A{1 + at % 7:02d}" for at in range(n)]}
    of_cases |= {"status": "active", "referred_on": day, "accepted_on": day + pd.Timedelta(days=4)}
    of_cases |= {"closed_on": pd.NaT, "closure_circumstance": pd.Series([None] * n, dtype="str")}
    texts = ("case_id", "decision", "direction", "service_group")
    cases = pd.DataFrame(of_cases).astype({"case_id": "str", "closed_on": "datetime64[us]"})
    return pd.DataFrame(told).astype(dict.fromkeys(texts, "str")), cases


def of_referrals(told, cases, plan):
    return referral_funnel.TABLE.validated(referral_funnel.build(told, cases, plan, STUDY), "referrals")


def test_the_title_says_what_was_accepted_pending_and_met_in_time_and_few_are_hatched():
    numbers = published("referral_funnel", of_referrals(*records(), goals()))
    words, texts = drawn("referral_funnel", numbers)
    assert "67% of referrals were accepted and 17% are pending; 67% of plan goals due were met in time" in words.title
    assert any(text.startswith("67% (") for text in texts)
    assert "day 7: 100%" in words.reading
    few = numbers[(numbers["level"] == "family_and_protection") & (numbers["outcome"] == "rejected")]
    assert few["estimate"].isna().all()
    assert "withheld" in texts


def test_without_goals_or_without_referrals_the_other_half_stands():
    told, cases = records()
    words, texts = drawn("referral_funnel", published("referral_funnel", of_referrals(told, cases, goals().head(0))))
    assert words.title.endswith("of goals nothing is told")
    assert "no goal was recorded" in texts
    of_goals = published("referral_funnel", of_referrals(told.head(0), cases, goals()))
    assert "or none was recorded; 67% of plan goals" in drawn("referral_funnel", of_goals)[0].title


PROVINCES = pd.DataFrame({"province_code": ["02", "12"], "province": ["Battambang", "Phnom Penh"]})


def coverage(n_named=30, n_unnamed=20, n_cases=150):
    told = pd.DataFrame(
        {
            "worker_key": [f"{at:016x}" for at in range(n_named)] + [None] * n_unnamed,
            "province_code": (["02", "12"] * (n_named + n_unnamed))[: n_named + n_unnamed],
            "course": (["reintegration", "case_management"] * (n_named + n_unnamed))[: n_named + n_unnamed],
            "status": "completed",
            "completed_on": pd.Timestamp("2024-01-01"),
        }
    )
    cases = pd.DataFrame({"province_code": (["02", "02", "02", "12", "12"] * 30)[:n_cases], "status": "active"})
    return training_coverage.TABLE.validated(training_coverage.build(told, cases, PROVINCES), "training_coverage")


def test_persons_trained_are_a_range_and_the_title_names_where_cases_are_most():
    words, texts = drawn("training_coverage", published("training_coverage", coverage()))
    assert (
        "150 open cases stand against 30 to 50 trained persons; in Battambang about 4 or more for each" in words.title
    )
    assert "15–25" in texts


def test_few_trained_are_withheld_and_their_range_has_one_end():
    words, texts = drawn("training_coverage", published("training_coverage", coverage(n_named=10)))
    assert "up to 15" in texts
    assert "not 0" in words.caption
    words, texts = drawn("training_coverage", published("training_coverage", coverage(4, 4, n_cases=8)))
    assert words.title.endswith("may not be told")
    assert texts.count("withheld") >= 4


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("closure_funnel_recorded", "No closure funnel: no closure was recorded"),
        ("referral_funnel", "No referral funnel: no referral or goal was recorded"),
        ("training_coverage", "No training coverage: no training was recorded"),
    ],
)
def test_where_nothing_was_recorded_the_figure_says_so_and_whose_records_they_were(name, title):
    estimate = pipeline.module_of(f"estimates/{name}").TABLE
    nothing = estimate.validated(pd.DataFrame(columns=list(estimate.columns)), name)
    numbers = published(name, nothing)
    assert numbers["origin"].tolist() == ["records"]
    words, texts = drawn(name, numbers)
    assert words.title == title
    assert "nothing to show" in texts
