"""Triage and follow-up as published: rounded, withheld where few stand behind it, and words that follow the numbers."""

import io

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.figures import follow_up_compliance, triage_agreement


def published(module, name, estimates, origin="records"):
    """Return what the figure publishes, as it is read again from its file."""
    numbers = module.NUMBERS.validated(module.build(estimates), name)
    released = disclosure.publishable(numbers, module.NUMBERS, name, origin, None).numbers
    text = pd.read_csv(io.StringIO(released.to_csv(index=False)), dtype="str", keep_default_na=False)
    return module.NUMBERS.as_published().validated(text.drop(columns="origin"), name).assign(origin=origin)


def drawn(module, numbers, origin="records"):
    words = module.words(numbers)
    with charts.style():
        figure = charts.finish(module.draw(numbers), words, origin)
    return words, [text.get_text() for axes in figure.axes for text in axes.texts]


def typed(rows, module):
    columns = list(dict.fromkeys([*module.NUMBERS.columns, "n_contacts", "n_agencies"]))
    frame = pd.DataFrame(rows).reindex(columns=[column for column in columns if column != "withheld"])
    return frame.astype({"n": "Int64", "n_hits": "Int64", "estimate": "Float64"}).assign(note="made up")


def tiers(cells, n=400):
    """Return estimates with these ``cells`` of worker's by recomputed tier, kappas and moves."""
    levels = {"term": ("high", "medium", "low", "no_action", "unknown"), "level": ("high", "medium", "low", "unknown")}
    wide = pd.DataFrame(0, index=levels["term"], columns=levels["level"])
    for (worker, rule), count in cells.items():
        wide.loc[worker, rule] = count
    wide.loc["all"] = wide.sum()
    wide["all"] = wide.sum(axis=1)
    long = wide.stack().rename("n").reset_index().set_axis(["term", "level", "n"], axis=1)  # noqa: PD013
    rows = long.assign(outcome="tiers", scale="cases", instrument="all", estimate=long["n"]).to_dict("records")
    kappa = {"outcome": "kappa", "scale": "kappa", "estimate": 0.3, "ci_low": 0.2, "ci_high": 0.4}
    parts = {"all": n, "csi12": n - 100, "primero_kh_child": 100}
    rows += [
        kappa | {"term": weights, "level": which, "instrument": instrument, "n": own}
        for weights in ("quadratic", "linear", "unweighted")
        for which in ("first", "last")
        for instrument, own in parts.items()
    ]
    hits = {"same": 0.5, "rule higher": 0.2, "rule lower": 0.3}
    moved = {"outcome": "pairs of tiers", "scale": "share", "level": "moved", "instrument": "all", "n": n}
    rows += [
        moved | {"term": term, "estimate": share, "ci_low": share - 0.1, "ci_high": share + 0.1, "n_hits": share * n}
        for term, share in hits.items()
    ]
    return typed(rows, triage_agreement)


CELLS = {
    ("high", "high"): 100, ("high", "medium"): 20, ("medium", "high"): 90, ("medium", "medium"): 60,
    ("medium", "low"): 30, ("low", "high"): 50, ("low", "medium"): 40, ("low", "low"): 100, ("no_action", "low"): 12,
    ("unknown", "unknown"): 40, ("high", "low"): 15, ("low", "unknown"): 20, ("unknown", "high"): 15,
}  # fmt: skip


def test_cells_are_rounded_no_action_stands_with_low_and_the_title_counts_them():
    numbers = published(triage_agreement, "triage_agreement", tiers(CELLS))
    words, texts = drawn(triage_agreement, numbers)
    assert "110" in texts, "100 low and 12 of no action"
    assert "no_action" not in set(numbers["term"])
    assert "the same tier in 52% of cases, the scores a higher one in 35% (kappa 0.30, 0.20 to 0.40)" in words.title
    assert "lower than first in 30%" in words.reading


def test_a_small_cell_is_withheld_with_others_and_no_share_gives_it_away():
    numbers = published(triage_agreement, "triage_agreement", tiers({**CELLS, ("high", "low"): 3}))
    cells = numbers[numbers["outcome"] == "tiers"].set_index(["term", "level"])["estimate"]
    assert pd.isna(cells["high", "low"])
    assert cells.isna().sum() >= 4, "one gap alone is filled by subtraction"
    words, _ = drawn(triage_agreement, numbers)
    assert "may not be told" in words.title
    assert "not 0" in words.caption
    assert set(numbers.loc[numbers["outcome"] == "pairs of tiers", "level"]) == {"moved"}


def test_few_cases_withhold_all_and_the_figure_stands():
    small = tiers({("high", "high"): 4, ("low", "low"): 3}, n=110)
    few = small.assign(n=small["n"].mask(small["outcome"] != "tiers", 0), n_hits=small["n_hits"] * 0)
    few.loc[few["outcome"] != "tiers", ["estimate", "ci_low", "ci_high"]] = pd.NA
    words, texts = drawn(triage_agreement, published(triage_agreement, "triage_agreement", few))
    assert "may not be told" in words.title
    assert texts


def follow_up(n_abrupt=40, n=300):
    """Return estimates of every outcome, with ``n_abrupt`` of ``n`` returns abrupt."""
    groups = {
        ("tier", "high"): 80, ("tier", "medium"): 120, ("tier", "low"): n - 200, ("tier", "all"): n,
        ("return_kind", "abrupt"): n_abrupt, ("return_kind", "planned or unknown"): n - n_abrupt,
        ("return_kind", "all"): n,
    }  # fmt: skip
    shares = {"on time": 0.6, "late": 0.15, "not made": 0.25, "overdue": 0.02, "child seen": 0.8}
    rows = []
    for (term, level), own in groups.items():
        told = {"term": term, "level": level, "n": own}
        of_contacts = {"scale": "share of contacts", "ci_low": 0.1, "ci_high": 0.9}
        rows += [
            told | of_contacts | {"outcome": outcome, "estimate": share, "stretch": stretch, "position": place}
            for outcome, share in shares.items()
            for stretch, place in (("whole time", "00"), ("first month", "01"))
        ]
        first = {"outcome": "first contact", "ci_low": 0.3, "ci_high": 0.7}
        asked = {"stretch": "by the day asked for", "scale": "share of returns", "estimate": 0.5, "position": "00"}
        rows += [told | first | asked, told | first | asked | {"stretch": "by day 30", "position": "01"}]
        half = {"stretch": "half of the returns", "scale": "days", "estimate": 12, "position": "02"}
        rows.append(told | {"outcome": "first contact", "ci_low": 10, "ci_high": 15} | half)
        recorded = {"outcome": "contacts on record", "scale": "share of all returns", "estimate": 1.0, "n_hits": own}
        rows.append(told | recorded | {"stretch": "whole time", "position": "00"})
    return typed(rows, follow_up_compliance)


@pytest.fixture(scope="module")
def numbers():
    return published(follow_up_compliance, "follow_up_compliance", follow_up())


def test_the_title_says_what_was_on_time_what_was_not_made_and_how_soon(numbers):
    words, texts = drawn(follow_up_compliance, numbers)
    assert "60% of contacts due after a return were made on time and 25% were not made" in words.title
    assert "by day 12" in words.title
    assert texts.count("12 days") == 6
    assert "not recorded" in texts, "no due dates of the agencies' own"


def test_few_abrupt_returns_are_withheld_and_marked_and_never_a_0():
    few = published(follow_up_compliance, "follow_up_compliance", follow_up(n_abrupt=4))
    is_abrupt = few["level"] == "abrupt"
    assert few.loc[is_abrupt, ["estimate", "ci_low", "ci_high", "n", "n_hits"]].isna().all(axis=None)
    assert (
        few.loc[few["level"] == "planned or unknown", "n"].isna().any()
        or few.loc[few["level"] == "all", "n"].isna().any()
    )
    words, texts = drawn(follow_up_compliance, few)
    assert "withheld" in texts
    assert "not to be read as 0" in words.caption


def test_without_a_return_it_says_so_and_whose_records_they_were():
    nothing = published(follow_up_compliance, "follow_up_compliance", follow_up().head(0))
    assert nothing["origin"].tolist() == ["records"]
    words, texts = drawn(follow_up_compliance, nothing)
    assert "follow-up after returns" in words.title
    assert "nothing to show" in texts
