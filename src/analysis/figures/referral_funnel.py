"""Referral funnel: how referrals were answered, how soon cases were accepted, which goals of plans were met in time."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.figures import _absent, _whose
from analysis.figures import _referral_marks as marks
from analysis.kinds import Estimate, Release, Share
from analysis.words import listed

ABSENT = _absent.entries("referral or goal")
NUMBERS = estimate_table(
    one_row_is="an answer to referrals, a wait for one, or what became of goals of case plans, for a group",
    key=("outcome", "term", "level", "measure"),
    extra={
        "measure": Column("str", "of which rows it is told"),
        "position": Column("str", "place of the outcome, in two digits"),
        "n_hits": Column("Int64", "referrals, cases or goals of which it holds", ge=0, nullable=True),
        "withheld": Column("str", "why a number is missing", nullable=True),
    },
    release=Release(
        kinds={
            "share of referrals": Share(unit="referrals", parts="outcome"),
            "share of pending": Share(unit="referrals"),
            "share of cases": Share(unit="cases"),
            "share accepted": Estimate(unit="cases"),
            "days": Estimate(unit="cases"),
            "share of goals": Share(unit="goals", parts="outcome"),
            "share of goals due": Share(unit="goals"),
        },
        totals={"level": marks.ALL},
        population="referrals and goals",
        harmless="how none or all of a group of referrals or goals were answered or met tells of those who work",
    ),
)
WHAT, NEEDED = "referral funnel", "case records with referrals, or a register of goals of case plans"


def build(referral_funnel: pd.DataFrame) -> pd.DataFrame:
    """Return all numbers; a group without any referral, case or goal has no counts."""
    is_nobody = referral_funnel["n"] == 0
    counts = {name: referral_funnel[name].mask(is_nobody) for name in ("n", "n_hits")}
    nothing = pd.array([None] * len(referral_funnel), "str")
    told = referral_funnel.assign(**counts, withheld=nothing)[list(NUMBERS.columns)]
    return ABSENT.told(told, NUMBERS)


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many referrals were accepted and how many wait, and how many goals due were met in time."""
    if ABSENT.is_all(numbers):
        return ABSENT.words(WHAT, NEEDED)
    which = _whose.these(numbers, "records")
    finding = _finding(numbers)
    services = [
        f"{name.lower()} {_said(numbers, 'accepted', 'service', code)}" for code, name in marks.SERVICES.items()
    ]
    areas = [f"{name.lower()} {_in_time(numbers, code)}" for code, name in marks.AREAS.items()]
    withheld = " Withheld: few of them; not to be read as 0." if numbers["withheld"].notna().any() else ""
    return charts.Words(
        title=f"In {which}, {finding}",
        caption="Left: referrals by answer, accepted ones in numbers. Right: goals of case plans that were due, and "
        "the share completed in time; pale: where its day was not told. Below: waiting. Lines and brackets: "
        f"{charts.CONFIDENCE} intervals over agencies; diamonds and bars have none.{withheld}",
        reading=f"In {which}, {finding}. {_waits(numbers)} No system exports the day of the answer to a referral.",
        alt_text=f"Bars of answers. Accepted, of referrals for: {listed(services)}. Goals completed in time, of those "
        f"due: {listed(areas)}. {_waits(numbers)}",
        source="the case records that were imported, those with permission for anonymous reporting, and the register "
        "of goals of case plans.",
        limits="Of most referrals one system does not tell whether they went out or came in. A referral that was "
        "accepted need not have led to a service. Pending is what nobody marked otherwise, answered or not. Goals "
        "differ in how hard they are, and who sets a late day meets it: areas and agencies are not to be ranked. A "
        "goal dropped before its day counts as not met in time. Goals not yet due are in no share.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the answers at the left; at the right goals met in time by area, and waiting."""
    if ABSENT.is_all(numbers) or numbers["estimate"].isna().all():
        return _absent.draw()
    figure = charts.canvas(8.6)
    grid = figure.add_gridspec(2, 2, width_ratios=[1.05, 1], height_ratios=[1.9, 1])
    marks.answers(figure.add_subplot(grid[:, 0]), numbers)
    marks.goals(figure.add_subplot(grid[0, 1]), numbers)
    marks.waits(figure.add_subplot(grid[1, 1]), numbers)
    return figure


def _finding(numbers: pd.DataFrame) -> str:
    accepted, pending = (marks.row_of(numbers, outcome)["estimate"] for outcome in ("accepted", "pending"))
    in_time = marks.row_of(numbers, *marks.IN_TIME)["estimate"]
    of_referrals = (
        f"{accepted:.0%} of referrals were accepted and {pending:.0%} are pending"
        if pd.notna(accepted) and pd.notna(pending)
        else "which referrals were accepted may not be told, or none was recorded"
    )
    goals = f"{in_time:.0%} of plan goals due were met in time" if pd.notna(in_time) else "of goals nothing is told"
    return f"{of_referrals}; {goals}"


def _said(numbers: pd.DataFrame, outcome: str, term: str, level: str, measure: str = "referrals") -> str:
    return marks.with_ends(marks.row_of(numbers, outcome, term, level, measure))


def _in_time(numbers: pd.DataFrame, area: str) -> str:
    outcome, term, _, measure = marks.IN_TIME
    return _said(numbers, outcome, term, area, measure)


def _waits(numbers: pd.DataFrame) -> str:
    told = [f"{name[0].lower()}{name[1:]}: {marks.with_ends(row)}" for name, row in marks.waits_told(numbers)]
    return f"Waiting: {'; '.join(told)}."
