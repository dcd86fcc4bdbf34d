"""Evidence on partners: what was asked of each, the answer, what it rests on and until when it holds."""

import numpy as np
import pandas as pd

from analysis.simulate import draws
from analysis.study import Study


def build(parameters: Study, rng: np.random.Generator, agencies: pd.DataFrame) -> pd.DataFrame:
    """Return one row a partner, criterion and review; agencies that keep a case system and others."""
    choices = parameters.registers.partner_evidence
    others = [f"partner{number:02d}" for number in range(1, choices.n_others + 1)]
    partners = np.array([*agencies["agency"], *others], dtype=object)
    last = pd.Timestamp(parameters.case_management.last_day)
    reviewed = [_reviewed(choices, rng, partners, criterion, last) for criterion in choices.answers]
    rows = pd.concat(reviewed, ignore_index=True)
    earlier = _earlier(choices, rng, rows)
    both = pd.concat([rows, earlier]).sort_values(["partner", "criterion", "dated_on"], ignore_index=True)
    return both.assign(
        evidence_no=np.arange(1, len(both) + 1), keeps_case_system=both["partner"].isin(agencies["agency"])
    )


def _reviewed(
    choices: Study, rng: np.random.Generator, partners: np.ndarray, criterion: str, last: pd.Timestamp
) -> pd.DataFrame:
    asked = partners[rng.random(len(partners)) >= choices.never_reviewed_share]
    n = len(asked)
    yes, no = choices.answers[criterion]
    dated = last - pd.to_timedelta(draws.uniform_days(rng, choices.reviewed_within_days, n), unit="D")
    return pd.DataFrame(
        {
            "partner": asked,
            "criterion": criterion,
            "answer": draws.words(rng, {"yes": yes, "no": no, "unknown": 1 - yes - no}, n),
            "evidence": draws.words(rng, choices.evidence, n),
            "dated_on": dated,
            "expires_on": dated + pd.Timedelta(days=choices.valid_days[criterion]),
            "reviewer_role": draws.words(rng, choices.roles, n),
        }
    )


def _earlier(choices: Study, rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Return older reviews of some lines, with an answer of their own: the newest must win."""
    older = rows[rng.random(len(rows)) < choices.again_share]
    low, high = choices.earlier_days
    years = pd.to_timedelta(low + draws.uniform_days(rng, high - low, len(older)), unit="D")
    return older.assign(
        dated_on=older["dated_on"] - years,
        expires_on=older["expires_on"] - years,
        answer=draws.words(rng, choices.earlier_answers, len(older)),
    )
