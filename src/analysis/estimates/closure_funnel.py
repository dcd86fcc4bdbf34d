"""Closure funnel in print: what was printed of the closures of August 2023, stage by stage, and what that leaves open.

Two sets of documents disagree, and both stay. What no document says has a row without a number. Worked out from it:

- the tiers of the children enrolled, of which rounded percents are printed: shares with exact intervals that hold
  together, and for all children identified the bounds that those not enrolled leave open;
- the children unaccounted for: sent home, and neither enrolled nor traced by any document seen. How many lived in the
  facilities was not printed, so their share has a lower bound and no upper one.

ASSUME (intervals of tiers only): the children enrolled are independent draws from children like them. Who was reached
first is no such draw, so of the others only the bounds are certain.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.columns import GRADE, SOURCE_ID
from analysis.contract import Column, estimate_table
from analysis.estimates._printed_closures import ANNOUNCEMENT, CLAIM, LATER, STAGES, printed_rows
from analysis.models.multinomial import counts_that_round_to, intervals_of_rounded
from analysis.study import Study

TIERS = {"high": "mjf-risk-high", "medium": "mjf-risk-medium", "low": "mjf-risk-low"}
ENROLLED, IDENTIFIED, RETURNED = "mjf-children-enrolled", "mjf-children-identified", "tlc-children-returned"
SINCE = ("tlc-new-cases", "tlc-traced")  # at most so many are accounted for besides
NOT_ENROLLED = "sent home, and not enrolled in support in print"
NEITHER = "sent home, and neither enrolled nor traced in print"
UNACCOUNTED, PER_FACILITY, BOUNDS = "children unaccounted for", "children per facility", "bounds"
Row = dict[str, Any]
ORDER = [*STAGES, *(f"{tier} risk" for tier in TIERS), UNACCOUNTED, PER_FACILITY]

TABLE = estimate_table(
    one_row_is="a number printed of the closures of August 2023, or one worked out from such numbers",
    extra={
        "position": Column("str", "place of the stage in the funnel, in two digits"),
        "claim_id": Column("str", "the claims that print it or what it is made of", nullable=True),
        "value_printed": Column("str", "as printed, its words kept", nullable=True),
        "conflicts_with": Column("str", "the claim that disagrees", nullable=True),
        "conflicting_print": Column("str", "what that one prints", nullable=True),
        "period": Column("str", "when it held", nullable=True),
        "definition": Column("str", "what is counted"),
        "n_hits": Column("Int64", "children of whom it holds, where only one number is possible", ge=0, nullable=True),
        "grade": replace(GRADE, nullable=True),
        "source_id": replace(SOURCE_ID, nullable=True),
    },
)
OF_ENROLLED = (
    "Of the children enrolled; the counts that round to the printed percents. Exact (Clopper-Pearson) interval at a "
    "confidence shared out among the tiers (Bonferroni), so that all hold together; for children like those enrolled."
)
OF_IDENTIFIED = (
    "Bounds, no interval: none or all of the children identified and not enrolled may be of this tier, as nobody is "
    "printed to have assessed them."
)
AT_LEAST = "At least so many: the count printed is a lower one. "
OF_ONE_COUNT = "A share of a count of all, so no interval: all children enrolled are taken to be among those counted."
ANY_READING = (
    "Lower bound: the fewest children sent home in print, and all who were newly enrolled or traced later besides "
    "those enrolled before. No upper bound: no document seen says how many children lived in the facilities."
)
SIZE = "Children over facilities, as printed; a count of all, so no interval."


def build(claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the printed numbers, the tiers, the children unaccounted for and the children per facility."""
    printed = printed_rows(claims).assign(scale=lambda rows: rows["outcome"].map(STAGES))
    value = claims.set_index("claim_id")["value"].astype("float64")
    worked_out = [*_tiers(value, study.intervals.confidence), *_unaccounted(value), *_per_facility(value)]
    derived = pd.DataFrame(worked_out).assign(grade="C", source_id=_first_source(worked_out, claims))
    rows = pd.concat([printed, derived], ignore_index=True)
    position = rows["outcome"].map({outcome: f"{place:02d}" for place, outcome in enumerate(ORDER)})
    return rows.assign(position=position).reindex(columns=list(TABLE.columns))


def _tiers(value: pd.Series, confidence: float) -> list[Row]:
    """Return the share of each tier among the children enrolled, and its bounds among all identified."""
    n, n_identified = int(value[CLAIM + ENROLLED]), int(value[CLAIM + IDENTIFIED])
    percents = value[[CLAIM + claim for claim in TIERS.values()]].to_numpy()
    ends = zip(*counts_that_round_to(percents, n), *intervals_of_rounded(percents, n, confidence), strict=True)
    rows = []
    for (tier, claim), (least, most, low, high) in zip(TIERS.items(), ends, strict=True):
        told = {"outcome": f"{tier} risk", "scale": "share", "definition": f"{tier} risk as the announcement has it"}
        n_hits = least if least == most else None
        share = value[CLAIM + claim] / 100 if n_hits is None else n_hits / n
        own = {"term": ANNOUNCEMENT, "level": "of children enrolled", "claim_id": _ids(claim, ENROLLED), "n": n}
        own |= {"estimate": share, "ci_low": low, "ci_high": high, "n_hits": n_hits, "note": OF_ENROLLED}
        every = {"term": BOUNDS, "level": "of children identified", "n": n_identified, "note": OF_IDENTIFIED}
        every |= {"ci_low": least / n_identified, "ci_high": (most + n_identified - n) / n_identified}
        rows += [told | own, told | every | {"claim_id": _ids(claim, ENROLLED, IDENTIFIED)}]
    return rows


def _unaccounted(value: pd.Series) -> list[Row]:
    """Return the share of children sent home who were not enrolled, by either count, and its lower bound."""
    told = {"outcome": UNACCOUNTED, "scale": "share"}
    enrolled = value[CLAIM + ENROLLED]
    counts = {(ANNOUNCEMENT, "of children identified"): IDENTIFIED, (LATER, "of children returned"): RETURNED}
    rows = []
    for (term, level), claim in counts.items():
        sent_home = value[CLAIM + claim]
        own = {"term": term, "level": level, "n": sent_home, "n_hits": sent_home - enrolled}
        own |= {"estimate": 1 - enrolled / sent_home, "claim_id": _ids(ENROLLED, claim)}
        own |= {"definition": NOT_ENROLLED, "note": (AT_LEAST if term == LATER else "") + OF_ONE_COUNT}
        rows.append(told | own)
    fewest = min(value[CLAIM + claim] for claim in counts.values())
    since = sum(value[CLAIM + claim] for claim in SINCE)
    bound = {"term": BOUNDS, "level": "of children present", "ci_low": max(1 - (enrolled + since) / fewest, 0.0)}
    bound |= {"definition": NEITHER, "note": ANY_READING, "claim_id": _ids(*counts.values(), ENROLLED, *SINCE)}
    return [*rows, told | bound]


def _per_facility(value: pd.Series) -> list[Row]:
    """Return the children sent home for each facility that closed, and how many lived in one of the mapping."""
    counts = {
        (ANNOUNCEMENT, "identified"): (CLAIM + IDENTIFIED, CLAIM + "mjf-facilities-closed"),
        (LATER, "returned without support"): (CLAIM + RETURNED, CLAIM + "tlc-facilities-closed"),
        ("mapping", "living there"): ("mapping-cambodia-rci-children", "mapping-cambodia-rci-facilities"),
    }
    return [
        {
            **{"outcome": PER_FACILITY, "scale": "children", "definition": "children over facilities"},
            **{"term": term, "level": level, "estimate": value[children] / value[facilities], "n": value[facilities]},
            **{"claim_id": f"{children} {facilities}", "note": (AT_LEAST if term == LATER else "") + SIZE},
        }
        for (term, level), (children, facilities) in counts.items()
    ]


def _ids(*claims: str) -> str:
    return " ".join(CLAIM + claim for claim in claims)


def _first_source(rows: list[Row], claims: pd.DataFrame) -> np.ndarray:
    """Return the document of the first claim that each row is made of."""
    source = claims.set_index("claim_id")["source_id"]
    return source.reindex([str(row["claim_id"]).split()[0] for row in rows]).to_numpy()
