"""Costs of support as published: rounded, withheld where few children stand behind them, and words that follow them."""

import io

import pandas as pd
import pytest

from analysis import charts, disclosure
from analysis.figures import support_costs

MONEY = {"per case-month": "USD per case-month", "per month at home": "USD per month at home"}
GROUPS = {
    "tier": ("high", "medium", "low", "unknown"),
    "ending": ("at home", "back in residential care", "no return on record"),
    "externally supported": ("yes", "no", "unknown"),
}


def estimates(counts=(200, 150, 40), n_changed=0, top_two_share=0.1):
    """Return costs of groups of so many children each, two kinds of cost, a rule of counting and lines."""
    rows = []
    for outcome, scale in MONEY.items():
        for term, levels in GROUPS.items():
            own = dict(zip(levels, (*counts, 0), strict=False))
            for level, n in (*own.items(), ("all", sum(own.values()))):
                rows.append(_cost(outcome, term, level, scale, n, top_two_share))
    of_month = ("per case-month", "USD per case-month")
    for term, level, n in (
        ("kind of cost", "cash", 5),
        ("kind of cost, rare ones together", "food_package", sum(counts)),
        ("kind of cost, rare ones together", "rare kinds together", 0),
        ("rule", "every line counted", n_changed),
        *(("rule", level, 0) for level in ("alike lines counted once", "with costs of no single child")),
        ("rule", "only children with a line", sum(counts)),
    ):
        rows.append(_cost(of_month[0], term, level, of_month[1], n, top_two_share))
    lines = {"counted": 700, "typed twice": 30, "no amount": 12, "all": 742}
    common = {"outcome": "lines of the ledger", "term": "lines", "scale": "lines"}
    rows += [common | {"level": level, "estimate": n} for level, n in lines.items()]
    return typed(rows)


def _cost(outcome, term, level, scale, n, top_two_share):
    told = {"estimate": 25.0, "ci_low": 19.123, "ci_high": 33.21} if n else {}
    named = {"outcome": outcome, "term": term, "level": level, "scale": scale, "n": n}
    return named | told | {"top_two_share": top_two_share if n else None}


def typed(rows):
    columns = [name for name in support_costs.NUMBERS.columns if name != "withheld"]
    frame = pd.DataFrame(rows, columns=columns).assign(note="made up")
    return frame.astype({"n": "Int64", "estimate": "Float64", "top_two_share": "Float64"})


def published(told, origin="records"):
    """Return what the figure publishes, as it is read again from its file."""
    numbers = support_costs.NUMBERS.validated(support_costs.build(told), "support_costs")
    released = disclosure.publishable(numbers, support_costs.NUMBERS, "support_costs", origin, None).numbers
    text = pd.read_csv(io.StringIO(released.to_csv(index=False)), dtype="str", keep_default_na=False)
    table = support_costs.NUMBERS.as_published()
    return table.validated(text.drop(columns="origin"), "support_costs").assign(origin=origin)


def drawn(numbers, origin="records"):
    words = support_costs.words(numbers)
    with charts.style():
        figure = charts.finish(support_costs.draw(numbers), words, origin)
    return words, [text.get_text() for axes in figure.axes for text in axes.texts]


def row(numbers, outcome, term, level):
    is_it = (numbers["outcome"] == outcome) & (numbers["term"] == term) & (numbers["level"] == level)
    return numbers[is_it].iloc[0]


@pytest.fixture(scope="module")
def numbers():
    return published(estimates(n_changed=60))


def test_the_title_tells_the_cost_of_a_month_and_the_words_what_was_not_counted(numbers):
    words = support_costs.words(numbers)
    assert words.title == (
        "In these records, a month under support costs 25 US dollars a child (19–33), 25 at high risk and 25 at low; a "
        "month at home 25 (19–33)"
    )
    assert "Of 740 lines were not counted: 10 no amount and 30 typed twice." in words.reading
    assert "make it 0% more" in words.reading


def test_simulated_numbers_are_said_to_be_that():
    simulated = published(estimates(), "simulated")
    assert support_costs.words(simulated).title.startswith("In the simulated records")


def test_counts_are_rounded_and_what_two_children_hold_is_not_published(numbers):
    assert row(numbers, "per case-month", "tier", "low")["n"] == 40
    assert row(numbers, "per case-month", "tier", "low")["ci_low"] == 19.1
    assert "top_two_share" not in numbers


def test_a_cost_of_few_children_is_withheld_with_another_that_hides_it():
    numbers = published(estimates(counts=(200, 9, 40)))
    assert pd.isna(row(numbers, "per case-month", "tier", "medium")["estimate"])
    hidden = numbers[
        (numbers["outcome"] == "per case-month") & (numbers["term"] == "tier") & numbers["withheld"].notna()
    ]
    assert len(hidden) == 2


def test_a_cost_that_two_children_hold_nearly_all_of_is_withheld():
    numbers = published(estimates(top_two_share=0.91))
    assert numbers.loc[numbers["scale"].isin(MONEY.values()), "estimate"].isna().all()
    withheld = row(numbers, "per case-month", "tier", "high")["withheld"]
    assert withheld.startswith("fewer than 10, or nearly all of two of them")
    assert "may not be told" in support_costs.words(numbers).title


def test_a_rule_that_changes_a_few_children_is_withheld_and_one_that_changes_none_says_so():
    numbers = published(estimates(n_changed=3))
    assert pd.isna(row(numbers, "per case-month", "rule", "every line counted")["estimate"])
    texts = drawn(numbers)[1]
    assert texts.count("changes nothing") == 2
    assert texts.count("withheld") == 1


def test_rare_kinds_leave_only_together(numbers):
    assert numbers.loc[numbers["term"] == "kind of cost", "level"].tolist() == ["food_package", "rare kinds together"]


def test_records_without_a_ledger_say_so():
    numbers = published(typed([]))
    words, texts = drawn(numbers)
    assert words.title == "No costs of support: no spending was recorded"
    assert texts == ["nothing to show"]


def test_a_ledger_of_few_children_is_withheld_and_drawn():
    words, texts = drawn(published(estimates(counts=(3, 2, 1))))
    assert "may not be told" in words.title
    assert texts == ["nothing to show"]
