"""Response plan: social workers that closures of facilities would need, and what those there are would do."""

import pandas as pd
from matplotlib.figure import Figure

from analysis import charts
from analysis.contract import Column, estimate_table
from analysis.disclosure import significant
from analysis.figures import _response_marks as marks

NEEDED, AS_NEEDED = "workers needed", "as many as needed"
ON_TIME, SEEN, COST_PER_CHILD = "contacts on time", "children seen in time", "cost per child"
OF_TEAM, OF_POSTS = "social workers of organisations in 2017", "working time of government posts"
POSTS, SHARE_OF_POSTS = "posts", "workers needed, of all posts"
THERE_ARE, THERE_ARE_TO_BE = "Government posts in 2021", "Two social workers in each commune"
TOLD = (NEEDED, ON_TIME, SEEN, COST_PER_CHILD, POSTS, SHARE_OF_POSTS)
FIRST, NATIONAL = "Wave of 2023", "All"  # how their names begin
IN_COMMUNES = "workers in communes"
DIGITS = 3
NUMBERS = estimate_table(
    one_row_is="a number told of a wave of children who come home, or of the posts there are for them",
    extra={
        "n_workers": Column("Int64", "workers it is worked out for; missing where none are given", ge=0, nullable=True),
        "position": Column("str", "place of the wave among all, in two digits"),
    },
)


def build(response_plan: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers that are drawn or said, to as many digits as can be read."""
    told = response_plan[response_plan["outcome"].isin(TOLD)]
    rounded = {end: significant(told[end], DIGITS) for end in marks.ENDS}
    return told.assign(**rounded)[list(NUMBERS.columns)]


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how many workers the first wave and the closing of all institutions would need, and who is there."""
    needed = _needed(numbers)
    first, fastest = needed.iloc[0], _national(needed).iloc[0]
    within = fastest["term"][fastest["term"].index("within") :]
    target, team = needed["level"].iloc[0].removesuffix(" of contacts on time"), _staff(numbers, OF_TEAM)
    cost = numbers[numbers["outcome"] == COST_PER_CHILD].sort_values("position").iloc[0]
    return charts.Words(
        title=f"By Homeward's assumptions, {target} of contacts on time takes {marks.in_workers(first)} social workers "
        f"for the wave of 2023, and {marks.in_workers(fastest)} to close all {within}",
        caption="Left: social workers who do nothing else, so that so many contacts of the proposed schedule are on "
        f"time over two years after each return. Right: what the {team['n_workers']:,} whom organisations had for "
        f"reintegration in 2017 could do alone; workers in communes: what {_posts_in_words(numbers)} could. Dots: "
        f"medians; lines: the central {charts.CONFIDENCE} of what follows from the ranges assumed.",
        reading=f"{_spoken(first)} {_spoken(fastest)} {_of_posts(numbers, fastest)} With as many as needed, a child of "
        f"the first wave costs {charts.interval_in_print(cost)} US dollars in pay, training and trips over its two "
        "years, at prices that are ranges of ours; what families receive comes on top.",
        alt_text="Dots with intervals. Social workers needed: "
        + "; ".join(f"{row['term']}: {marks.in_workers(row)}" for _, row in needed.iterrows())
        + ". Contacts on time with the workers there are: "
        + "; ".join(f"{row['term']}: {_percent(row)}" for _, row in _with_staff(numbers, ON_TIME).iterrows())
        + ".",
        source="Scenario: published counts, all else (schedule, hours, travel, how children fare) assumptions "
        "of Homeward, in study.toml. Children, facilities, tiers and posts: Martin James Foundation (2024); This Life "
        "Cambodia (2024–25); Phnom Penh Post (2021, 2022); Cambodia Daily (2017).",
        limits="No Cambodian text gives a visiting schedule, hours, travel, turnover or pay: all are ranges of ours, "
        "and where they are wrong the intervals are. Nobody has printed how many children the threatened facilities "
        "hold. Workers serve their own area, and children of all institutions are taken to be at risk as those "
        "enrolled after the first wave. Finding the families before they can be visited is not costed.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw the workers needed at the left, and what those there are would do at the right."""
    figure = charts.canvas(8.6)
    left, right = figure.subplots(1, 2, width_ratios=[1.5, 1])
    needed = _needed(numbers)
    heights = marks.heights_of(list(needed["term"]))
    team = _staff(numbers, OF_TEAM)
    marks.of_workers(left, needed, heights, (team["n_workers"], "organisations, 2017"))
    shares = pd.concat([_with_staff(numbers, outcome) for outcome in (ON_TIME, SEEN)])
    staffed = shares.assign(staff=shares["n_workers"].map("{:,} workers".format), heading="")
    marks.of_shares(right, staffed, heights, marks.target(needed))
    return figure


def _needed(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers[numbers["outcome"] == NEEDED].sort_values("position", ignore_index=True)


def _national(needed: pd.DataFrame) -> pd.DataFrame:
    is_national = needed["term"].str.startswith(NATIONAL) & ~needed["term"].str.endswith(IN_COMMUNES)
    return needed[is_national]


def _with_staff(numbers: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return an outcome of every wave with the workers there are."""
    is_it = (numbers["outcome"] == outcome) & numbers["level"].isin([OF_TEAM, OF_POSTS])
    return numbers[is_it].sort_values("position")


def _staff(numbers: pd.DataFrame, staff: str) -> pd.Series:
    return numbers[numbers["level"] == staff].iloc[0]


def _posts_in_words(numbers: pd.DataFrame) -> str:
    posts, all_posts = _staff(numbers, OF_POSTS), _posts(numbers, THERE_ARE)
    return f"{posts['n_workers'] / all_posts:.0%} of the time of {all_posts:,.0f} government posts of 2021"


def _posts(numbers: pd.DataFrame, term: str) -> float:
    return float(numbers[(numbers["outcome"] == POSTS) & (numbers["term"] == term)]["estimate"].iloc[0])


def _of_posts(numbers: pd.DataFrame, wave: pd.Series) -> str:
    """Say which share of the posts there are, and are to be, a wave would take."""
    told = numbers[(numbers["outcome"] == SHARE_OF_POSTS) & (numbers["level"] == wave["term"])].set_index("term")
    return (
        f"Two social workers in each commune, as the national plan has it, are {_posts(numbers, THERE_ARE_TO_BE):,.0f} "
        f"posts, beside {_posts(numbers, THERE_ARE):,.0f} in 2021; that plan would take "
        f"{_percent(told.loc[THERE_ARE])} of these, full time."
    )


def _spoken(row: pd.Series) -> str:
    return f"{row['term']}: {marks.in_workers(row)} social workers."


def _percent(row: pd.Series) -> str:
    low, high = (f"{100 * row[end]:.0f}" for end in ("ci_low", "ci_high"))
    return f"{100 * row['estimate']:.0f}% ({low}–{high})"
