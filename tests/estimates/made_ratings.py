"""Made-up ratings of children who went home, with a known gain, for the estimates and the figure of wellbeing."""

import numpy as np
import pandas as pd

from analysis import study
from analysis.study import Study

DOMAINS = {"1A": ("Food security", "health"), "1B": ("Nutrition", "health"), "6B": ("Work and education", "education")}
GAIN = {"1A": 1.2, "1B": 0.6, "6B": 0.0}  # log odds, from before to the last wave
CUTS = np.array([-2.0, -0.6, 0.8])
DAYS = {"baseline": -60, "fu_lt6m": 100, "fu_gt12m": 420}


def choices() -> Study:
    """Return the study with three domains of one instrument, so that few models are fitted."""
    return (
        study.load()
        .changed("wellbeing_change.instruments", ("csi12",))
        .changed("wellbeing_change.csi12", Study(DOMAINS))
        .changed("wellbeing_change.least_pairs", 20)
    )


def frames(n_children: int = 140, n_agencies: int = 7, seed: int = 1) -> dict[str, pd.DataFrame]:
    """Return the inputs of ``wellbeing_change``: every child rated in three waves, the last third without a return."""
    rng = np.random.default_rng(seed)
    child = np.arange(n_children)
    state = rng.normal(0, 1.2, n_children)
    rated = [
        {
            "assessment_id": f"{number:014x}{place:02x}", "child": number, "wave": wave, "days": day,
            "domain_code": code, "eta": state[number] + GAIN[code] * (day > 0) * (1 if day > 365 else 0.5),
        }
        for number in child
        for place, (wave, day) in enumerate(DAYS.items())
        for code in DOMAINS
    ]  # fmt: skip
    ratings = pd.DataFrame(rated)
    ratings["score"] = 1 + (ratings["eta"].to_numpy()[:, None] + rng.logistic(size=(len(ratings), 1)) > CUTS).sum(
        axis=1
    )
    once = ratings.drop_duplicates("assessment_id")
    waves = once.assign(
        child_key=once["child"].map("{:016x}".format), case_id=once["child"].map("{:016x}".format),
        agency=(once["child"] % n_agencies).map("A{:02d}".format), instrument="csi12", left_out=None,
        counted_from=np.where(once["child"] % 3 == 2, "acceptance", "return"),
    )  # fmt: skip
    return {
        "assessments": ratings[["assessment_id", "domain_code"]].assign(score=ratings["score"].astype("Int64")),
        "assessment_waves": waves[
            [
                "assessment_id",
                "child_key",
                "case_id",
                "agency",
                "instrument",
                "counted_from",
                "wave",
                "days",
                "left_out",
            ]
        ].assign(left_out=pd.array([None] * len(waves), "str"), days=waves["days"].astype("Int64")),
        "closure_readiness": _readiness(child, n_agencies, rng),
        "follow_ups": _follow_ups(child, rng),
        "cases": pd.DataFrame(
            {
                "case_id": [f"{number:016x}" for number in child],
                "child_key": [f"{number:016x}" for number in child],
                "org_code": [f"A{number % n_agencies:02d}" for number in child],
            }
        ),
        "spells": pd.DataFrame(
            {
                "child_key": [f"{number:016x}" for number in child],
                "return_no": 1,
                "returned_on": pd.Timestamp("2021-06-01"),
            }
        ),
    }


def _readiness(child: np.ndarray, n_agencies: int, rng: np.random.Generator) -> pd.DataFrame:
    told = {
        name: pd.array(rng.choice([True, False, None], len(child), p=(0.6, 0.3, 0.1)), "boolean")
        for name in ("is_rule_met", "has_no_weak_item", "is_long_home", "is_ready")
    }
    keys = [f"{number:016x}" for number in child]
    agencies = [f"A{number % n_agencies:02d}" for number in child]
    is_closed = child % 2 == 0
    return pd.DataFrame({"case_id": keys, "child_key": keys, "form": "primero_kh", "agency": agencies, **told}).assign(
        is_closed=is_closed, was_closed_with_goals_met=is_closed
    )


def _follow_ups(child: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return two contacts a child: at the first nothing is met, at the second most is; education is left blank."""
    rows = [
        {
            "followup_id": f"{number:014x}{place:02x}",
            "case_id": f"{number:016x}",
            "done_on": pd.Timestamp("2021-07-01") + pd.Timedelta(days=30 * place),
            **{
                f"crit_{name}": place == 1 and rng.random() < 0.8
                for name in ("health", "food", "relationship", "violence")
            },
            "crit_education": None if number % 4 == 0 else place == 1,
        }
        for number in child
        for place in (0, 1)
    ]
    frame = pd.DataFrame(rows)
    return frame.astype({name: "boolean" for name in frame if name.startswith("crit_")})
