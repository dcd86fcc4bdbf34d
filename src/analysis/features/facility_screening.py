"""Facility screening: which facilities should be referred for an assessment, and how far unknown answers decide it.

Restricted: rows are facilities, and it never leaves. A band is a referral for assessment by the competent authority,
never a finding that somebody trafficked; nothing is weighted or ranked. Orphanage trafficking needs an act and a
purpose of exploitation, so a facility is referred if at least one of each is answered yes on qualifying evidence.
What was left out counts as unknown, and unknown never as no.
"""

import pandas as pd

from analysis.contract import Column, Table
from analysis.study import Study

BANDS = ("both_elements_refer", "insufficient_information", "one_element", "context_only", "none_found")
BAND = (
    "both_elements_refer: an act and a purpose on qualifying evidence; insufficient_information: else, if too many "
    "items are unknown; one_element: an act or a purpose, or both on weaker evidence; context_only: neither, but a "
    "sign of context; none_found: no yes among the items known, which is not a clean bill"
)
TABLE = Table(
    one_row_is="the screening of one facility",
    key=("list_id", "facility_key"),
    columns={
        "list_id": Column("str", "which screening"),
        "facility_key": Column("str", "the facility, as in facility_links", matches=r"^[0-9a-f]{16}$"),
        "n_items": Column("Int64", "items there are", unit="items", ge=1),
        "n_assessed": Column("Int64", "items with an answer, unknown included", unit="items", ge=0),
        "n_known": Column("Int64", "items answered yes or no", unit="items", ge=0),
        "n_act_yes": Column("Int64", "acts answered yes", unit="items", ge=0),
        "n_purpose_yes": Column("Int64", "purposes answered yes", unit="items", ge=0),
        "n_context_yes": Column("Int64", "signs of context answered yes", unit="items", ge=0),
        "unknown_share": Column("Float64", "share of items not known: unknown or left out", ge=0, le=1),
        "both_elements": Column("boolean", "an act and a purpose answered yes on qualifying evidence"),
        "band": Column("str", BAND, isin=BANDS),
        "band_if_unknown_yes": Column(
            "str", "band if every item not known were yes, on qualifying evidence", isin=BANDS
        ),
        "band_if_unknown_no": Column("str", "band if every item not known were no", isin=BANDS),
    },
)
KEY = ["list_id", "facility_key"]


def build(screened_items: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return each screened facility with its counts of answers and its band, as known and at both extremes."""
    rules = study.screening
    is_yes, is_no = screened_items["response"].eq("yes"), screened_items["response"].eq("no")
    is_open = ~is_yes & ~is_no
    is_firm = is_yes & screened_items["evidence_grade"].isin(rules.qualifying_grades)
    answered = screened_items.assign(is_yes=is_yes, is_open=is_open, is_firm=is_firm)
    counts = _counts(answered)
    at_worst = _counts(answered.assign(is_yes=is_yes | is_open, is_open=False, is_firm=is_firm | is_open))
    at_best = _counts(answered.assign(is_open=False))
    return counts.assign(
        unknown_share=counts["n_open"] / counts["n_items"],
        both_elements=_has_both(counts),
        band=_band(counts, rules.most_unknown),
        band_if_unknown_yes=_band(at_worst, rules.most_unknown),
        band_if_unknown_no=_band(at_best, rules.most_unknown),
    ).reset_index()[list(TABLE.columns)]


def _counts(items: pd.DataFrame) -> pd.DataFrame:
    """Return by facility how many items there are, were assessed, are open, and are yes by element."""
    flags = {f"n_{kind}_yes": items["is_yes"] & items["element"].eq(kind) for kind in ("act", "purpose", "context")}
    flags |= {f"n_{kind}_firm": items["is_firm"] & items["element"].eq(kind) for kind in ("act", "purpose")}
    counted = items[KEY].assign(
        n_items=1,
        n_assessed=items["response"].ne("not_assessed"),
        n_known=items["response"].isin(["yes", "no"]),
        n_open=items["is_open"],
        **flags,
    )
    return counted.groupby(KEY).sum()


def _has_both(counts: pd.DataFrame) -> pd.Series:
    return (counts["n_act_firm"] > 0) & (counts["n_purpose_firm"] > 0)


def _band(counts: pd.DataFrame, most_unknown: float) -> pd.Series:
    """Return the first band that applies: unknown answers cannot undo a referral, but they leave open all below it."""
    band = pd.Series("none_found", counts.index)
    band = band.mask(counts["n_context_yes"] > 0, "context_only")
    band = band.mask(counts["n_act_yes"] + counts["n_purpose_yes"] > 0, "one_element")
    band = band.mask(counts["n_open"] > most_unknown * counts["n_items"], "insufficient_information")
    return band.mask(_has_both(counts), "both_elements_refer")
