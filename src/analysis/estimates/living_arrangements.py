"""Living arrangements: with which parents children of households live, by imported survey and as printed.

Estimand: the share of children under 18 who usually live in households, by class of the standard tables (with whom
they live, which parents are alive), and of those who live with neither parent by their relation to the head of the
household. Weighted; the interval is that of the sample (strata and clusters), Student's t on the logit scale.
ASSUME: weights undo unequal chances and non-response, and clusters were drawn independently within strata.
Children in institutions are in no household and in no number here: these shares are never added to those of
facilities. Printed shares stand beside, without an interval: none was printed in the text seen.
"""

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.estimates import _living_classes as classes
from analysis.models.survey.design import Design, survey_design
from analysis.models.survey.means import proportion
from analysis.populations import COVERS, FACILITY, HOUSEHOLD, one_population
from analysis.study import Study

SURVEY, PRINT = "survey", "print"
NOTE = "n: children of this class who were asked, the denominator is the row all; interval of the survey's design"

TABLE = estimate_table(
    one_row_is="a share of children of households by whom they live with, of one survey or as printed",
    extra={
        "source": Column("str", "an imported survey, or print", isin=(SURVEY, PRINT)),
        "position": Column("str", "place of the level within its outcome, in two digits"),
        "period": Column("str", "when it was, where that was printed", nullable=True),
        "value_printed": Column("str", "as printed; missing for surveys", nullable=True),
        "covers": Column("str", "whom it covers", isin=COVERS),
    },
)


def build(survey_children: pd.DataFrame, claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the shares of every survey, and the printed ones; without a survey the printed ones alone.

    Raises ``MixedPopulationsError`` if a printed share that would stand among them is of children in facilities.
    """
    of_surveys = [_of_survey(children, study) for _, children in survey_children.groupby("survey_id")]
    rows = pd.concat([*of_surveys, _printed(claims)], ignore_index=True)
    one_population(rows["covers"])
    return rows[list(TABLE.columns)]


def _of_survey(children: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the shares of one survey, every outcome."""
    design = survey_design(
        children["survey_weight"].to_numpy(dtype="float64"),
        strata=children["survey_stratum"].to_numpy(),
        clusters=children["survey_cluster"].to_numpy(),
        lonely=study.living_arrangements.lonely,
    )
    told = {
        classes.ARRANGEMENT: children["living_arrangement"],
        classes.ORPHANHOOD: children["orphan_status"],
        classes.RELATION: children["relation"].map(classes.RELATIONS),
        classes.PARENTS: children["orphan_status"].map(classes.PARENTS_OF),
    }
    everybody = np.ones(len(children), dtype=bool)
    fostered = children["is_fostered"].fillna(value=False).to_numpy(dtype=bool)
    shares = [
        _shares(told[outcome], outcome, fostered if outcome in classes.OF_FOSTERED else everybody, design, study)
        for outcome in classes.LEVELS
    ]
    return pd.concat(shares).assign(
        term=children["survey_id"].iloc[0], source=SURVEY, note=NOTE, covers=one_population(children["covers"])
    )


def _shares(words: pd.Series, outcome: str, domain: np.ndarray, design: Design, study: Study) -> pd.DataFrame:
    """Return the weighted share of each level of ``outcome`` in the domain; shares are missing where it is empty."""
    levels = classes.LEVELS[outcome]
    rows = pd.DataFrame({"level": levels, "position": [f"{at:02d}" for at in range(len(levels))]})
    hits = np.column_stack([_is_of(words, level).to_numpy(dtype=bool) for level in levels])
    counted = rows.assign(outcome=outcome, scale="share", n=(hits & domain[:, None]).sum(axis=0))
    if not domain.any():
        return counted.assign(estimate=np.nan, ci_low=np.nan, ci_high=np.nan)
    found = proportion(hits[:, :-1], design, domain)
    low, high = found.interval(study.intervals.confidence, "logit")
    return counted.assign(  # the last, all, is the denominator: a share of 1 by definition has no interval
        estimate=[*found.estimate, 1.0], ci_low=[*low, np.nan], ci_high=[*high, np.nan]
    )


def _is_of(words: pd.Series, level: str) -> pd.Series:
    if level == classes.ALL:
        return pd.Series(True, words.index)
    return words.isin(classes.GROUPS.get(level, (level,)))


def _printed(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the printed shares of children in households by living arrangement."""
    about = claims[(claims["topic"] == "living_arrangements") & claims["indicator"].isin(classes.PRINTED)]
    placed = about["indicator"].map(classes.PRINTED)
    is_of_households = about["population"].str.contains("household")
    positions = {
        (outcome, level): f"{at:02d}" for outcome, all_of in classes.LEVELS.items() for at, level in enumerate(all_of)
    }
    return about.rename(columns={"claim_id": "term"}).assign(
        outcome=placed.str[0],
        level=placed.str[1],
        position=placed.map(positions),
        scale="share",
        estimate=about["value"] / 100,
        ci_low=np.nan,
        ci_high=np.nan,
        n=pd.array([None] * len(about), "Int64"),
        source=PRINT,
        covers=np.where(is_of_households, HOUSEHOLD, FACILITY),
        note=about["definition"],
    )
