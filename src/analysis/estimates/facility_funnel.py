"""Facility funnel: how many of the facilities listed are registered, have an agreement, were inspected, are authorised.

Each step twice: by itself, and in turn, that is after every step before it. Each facility counts once at a step: yes;
no, if a step is known not to be met; or unknown. Unknown is never no: the share that is yes lies between ``yes`` and
``yes`` plus ``unknown``. All listed are counted, so these are bounds, and there are no intervals.
"""

from collections.abc import Iterator

import pandas as pd

from analysis.contract import Column, estimate_table

TOTAL, NO_LIST = "all", "no list"
RCI, OTHER = "rci", "other or unknown type"
IN_TURN, BY_ITSELF = "in turn", "by itself"
ANSWERS = ("yes", "no", "unknown")
STEPS = {
    "registered": "registered with the ministry",
    "agreement": "has a valid agreement with the ministry",
    "inspected": "was ever inspected",
    "authorised": "authorised under Sub-decree 119 of 2015",
}
COUNTERPARTS = {  # what the mapping printed of residential care institutions; not quite the same questions
    "registered": ("registered_share", "registered with any branch of government"),
    "agreement": ("agreement_share", "with a memorandum of understanding"),
    "inspected": ("inspected_share", "ever inspected"),
}

TABLE = estimate_table(
    one_row_is="an answer to a step of regulation, of the facilities of one type group in one round",
    extra={
        "round_id": Column("str", "year of the lists"),
        "answer": Column("str", "whether the step is met", isin=ANSWERS),
        "n_hits": Column("Int64", "facilities with this answer", unit="facilities", ge=0),
        "step": Column("str", "the step in words"),
        "printed": Column("str", "what the mapping of 2014-15 printed of the same step", nullable=True),
    },
    key=("outcome", "term", "level", "round_id", "answer"),
)
NOTE = "n: facilities listed; a count of all, without interval; the share with yes lies between yes and yes + unknown"


def build(facility_panel: pd.DataFrame, regulation: pd.DataFrame) -> pd.DataFrame:
    """Return every step, type group, round and answer, none included."""
    rows = pd.concat(_steps_of(facility_panel, facility_panel["facility_type"] == RCI), ignore_index=True)
    share = (rows["n_hits"] / rows["n"].mask(rows["n"] == 0)).astype("Float64")
    no_interval = pd.array([None] * len(rows), "Float64")
    return rows.assign(
        step=rows["outcome"].map(STEPS),
        printed=_printed(rows, regulation),
        scale="share",
        estimate=share,
        ci_low=no_interval,
        ci_high=no_interval,
        note=NOTE,
    )


def _steps_of(facility_panel: pd.DataFrame, is_rci: pd.Series) -> Iterator[pd.DataFrame]:
    """Yield the counts of each step by itself and in turn."""
    grouped = facility_panel[["round_id"]].assign(term=is_rci.map({True: RCI, False: OTHER}))
    met = _met(facility_panel)
    so_far = pd.Series(True, facility_panel.index, dtype="boolean")
    for step in STEPS:
        so_far = so_far & met[step]  # in three-valued logic: no beats unknown, unknown beats yes
        for level, is_met in ((BY_ITSELF, met[step]), (IN_TURN, so_far)):
            yield _counted(grouped, is_met).assign(outcome=step, level=level)


def _met(facility_panel: pd.DataFrame) -> pd.DataFrame:
    """Return for each facility whether it meets each step by itself; missing is unknown."""
    registration, mou = facility_panel["registration_status"], facility_panel["mou_status"]
    return pd.DataFrame(
        {
            "registered": (registration == "mosvy").astype("boolean").mask(registration == "unknown"),
            "agreement": (mou == "valid").astype("boolean").mask(mou == "unknown"),
            "inspected": facility_panel["inspected"].astype("boolean"),
            "authorised": facility_panel["authorised"].astype("boolean"),
        }
    )


def _counted(grouped: pd.DataFrame, is_met: pd.Series) -> pd.DataFrame:
    """Return facilities by round, type group and answer, with both groups together, each beside all of its group."""
    answer = is_met.map({True: "yes", False: "no"}).astype("object").where(is_met.notna(), "unknown")
    rounds = sorted(grouped["round_id"].unique()) or [NO_LIST]
    every = pd.MultiIndex.from_product([rounds, (RCI, OTHER), ANSWERS])
    found = grouped.assign(answer=answer).groupby(["round_id", "term", "answer"]).size()
    counts = found.reindex(every.set_names(["round_id", "term", "answer"]), fill_value=0).rename("n_hits").reset_index()
    both = counts.groupby(["round_id", "answer"], as_index=False)["n_hits"].sum().assign(term=TOTAL)
    counts = pd.concat([counts, both])
    return counts.assign(n=counts.groupby(["round_id", "term"])["n_hits"].transform("sum"))


def _printed(rows: pd.DataFrame, regulation: pd.DataFrame) -> pd.Series:
    """Return what the mapping printed beside the rows it can be set beside: of institutions, each step by itself."""
    of_mapping = regulation[regulation["term"] == "mapping"].set_index("outcome")
    said = {
        step: f"{of_mapping.loc[outcome, 'estimate']:.0%} of {of_mapping.loc[outcome, 'n']} {words}"
        for step, (outcome, words) in COUNTERPARTS.items()
    }
    is_beside = (rows["term"] == RCI) & (rows["level"] == BY_ITSELF) & (rows["answer"] == "yes")
    return rows["outcome"].map(said).where(is_beside).astype("str")
