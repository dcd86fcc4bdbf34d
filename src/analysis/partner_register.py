"""Partner register: which organisations are fit to be partners, what is missing, and when to look again.

The file names organisations and says what is held against them: it lies in ``data/restricted``, readable by its owner,
and is no part of any result. One line an organisation, those with most missing first.
"""

from pathlib import Path

import pandas as pd

from analysis import restricted, store, study
from analysis.features import _partner_states as states_of
from analysis.importers import outputs

FILE = restricted.RESTRICTED / "partners.csv"
FIT, GAPS, NOT_FIT = "fit", "gaps", "not fit"


def make(to: Path) -> None:
    """Write the register to ``to``; its header alone where no evidence was imported."""
    lines = register(restricted.read("partner_evidence"), store.read("partner_criteria"), study.load())
    with outputs.owner_only():
        store.replace(to, lines.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode())


def register(partner_evidence: pd.DataFrame, partner_criteria: pd.DataFrame, choices: study.Study) -> pd.DataFrame:
    """Return one line an organisation: verdict, gaps, next review, and the state of every criterion.

    Not fit: a needed criterion is not met. Gaps: one is not known, not supported, expired or without evidence. What is
    only wanted changes no verdict and stands among the gaps.
    """
    judged = states_of.judged(partner_evidence, partner_criteria, choices)
    is_open = judged["state"] != states_of.MET
    needed = judged["is_needed"].astype("bool")
    flagged = judged.assign(
        is_against=needed & (judged["state"] == states_of.NOT_MET),
        is_missing=needed & is_open,
        gap=(judged["criterion"] + ": " + judged["state"]).where(is_open),
    )
    by = flagged.groupby("org_code")
    named = partner_evidence.drop_duplicates("org_code", keep="last").set_index("org_code")["org_name"]
    verdict = pd.Series(FIT, by.size().index, dtype="str").mask(by["is_missing"].any(), GAPS)
    lines = pd.DataFrame(
        {
            "org_name": named.reindex(verdict.index),
            "verdict": verdict.mask(by["is_against"].any(), NOT_FIT),
            "n_gaps": by["gap"].count(),
            "gaps": by["gap"].agg(lambda gaps: "; ".join(gaps.dropna())),
            "next_review_on": by["review_on"].min(),
        }
    )
    states = flagged.set_index(["org_code", "criterion"])["state"].unstack()  # noqa: PD010
    states = states.reindex(columns=list(partner_criteria["criterion"]))
    found = lines.join(states).reset_index()
    return found.sort_values(["n_gaps", "org_code"], ascending=[False, True], ignore_index=True)
