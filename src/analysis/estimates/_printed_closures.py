"""Printed numbers of the closures of August 2023: which claim tells which stage, and where two disagree."""

import pandas as pd

ANNOUNCEMENT, LATER = "announcement", "later reports"
CLAIM = "reintegration-"
STAGES = {  # in order, each with what it counts
    "facilities closed": "facilities",
    "facilities threatened": "facilities",
    "provinces": "provinces",
    "children present": "children",
    "children sent home": "children",
    "children traced": "children",
    "children assessed": "children",
    "children enrolled": "children",
    "children in school": "children",
    "children for a first phase": "children",
    "social workers to be trained": "persons",
    "food packages": "packages",
}
COLUMNS = ("outcome", "term", "level", "claim_id", "conflicts_with")
ROWS = (  # stage, document, which of several counts, claim, claim that it disagrees with
    ("facilities closed", ANNOUNCEMENT, "all", "mjf-facilities-closed", "tlc-facilities-closed"),
    ("facilities closed", LATER, "all", "tlc-facilities-closed", "mjf-facilities-closed"),
    ("facilities threatened", LATER, "all", "tlc-facilities-threatened", None),
    ("provinces", ANNOUNCEMENT, "all", "mjf-provinces", "tlc-provinces"),
    ("provinces", LATER, "all", "tlc-provinces", "mjf-provinces"),
    ("children sent home", ANNOUNCEMENT, "identified", "mjf-children-identified", "tlc-children-returned"),
    ("children sent home", LATER, "returned without support", "tlc-children-returned", "mjf-children-identified"),
    ("children traced", LATER, "one quarter", "tlc-traced", None),
    ("children traced", LATER, "one quarter, female", "tlc-traced-female", None),
    ("children traced", LATER, "one quarter, with an identified disability", "tlc-traced-disability", None),
    ("children assessed", LATER, "one quarter", "tlc-traced", None),
    ("children enrolled", ANNOUNCEMENT, "all", "mjf-children-enrolled", None),
    ("children enrolled", LATER, "one quarter, new", "tlc-new-cases", None),
    ("children for a first phase", ANNOUNCEMENT, "planned", "mjf-children-first-phase", None),
    ("social workers to be trained", ANNOUNCEMENT, "planned", "mjf-social-workers", None),
    ("food packages", LATER, "one quarter", "tlc-food-packages", None),
)
NOT_PRINTED = {
    "children present": "No document seen says how many children lived in the facilities when they closed.",
    "children traced": "No total was printed: one quarter in two provinces only.",
    "children assessed": "No total was printed. A risk tier for each child enrolled implies that someone assessed it.",
    "children in school": "No document seen says how many of the children go to school.",
}
NO_DOCUMENT = "no document"
PRINTED_NOTE = "As printed; a count, without sampling, so no interval."


def printed_rows(claims: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each printed number with the value it disagrees with, and one for each that is not printed.

    Raises ``ValueError`` for a claim of the closures that has left the ledger.
    """
    rows = pd.DataFrame(ROWS, columns=COLUMNS)
    rows = rows.assign(**{name: CLAIM + rows[name] for name in ("claim_id", "conflicts_with")})
    known = claims.set_index("claim_id")
    if missing := sorted(set(rows["claim_id"]) - set(known.index)):
        raise ValueError(f"claims of the closures are missing: {missing}; restore them in claims_printed.csv")
    told = ["value", "value_printed", "period", "definition", "grade", "source_id"]
    found = rows.join(known[told], on="claim_id", validate="m:1").rename(columns={"value": "estimate"})
    other = known["value_printed"].reindex(rows["conflicts_with"]).to_numpy()
    return pd.concat([found.assign(conflicting_print=other, note=PRINTED_NOTE), _not_printed()], ignore_index=True)


def _not_printed() -> pd.DataFrame:
    about = {"term": NO_DOCUMENT, "level": "all", "definition": "not printed in any document seen"}
    return pd.DataFrame([{"outcome": stage, "note": note, **about} for stage, note in NOT_PRINTED.items()])
