"""What a country of any size would cost, on paper, from the growth that was measured: hours, memory, what breaks first.

A step that reads the survey grows with its rows, any other with the cases, one that reads both half with each. Time
beyond the start goes on with the exponent that was measured, at least 1, from the largest scale that was done; memory
goes on in a straight line where it grows with the file.
ASSUME: the machine is as fast as the one measured; what holds between two scales holds beyond; one case a child.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks import growth_steps
from benchmarks.growth_run import DONE

OF_SURVEY = ("household_members", "households", "surveyed_children", "imputed_answers", "survey_children")
CASES, SURVEY = "estimates/record_children", "features/surveyed_children"  # whose rows tell the size of a scale
BOTH = ("simulate", "import", "estimates/data_quality")  # of cases and survey


@dataclass(frozen=True)
class Wanted:
    """How many scales of cases and of survey rows a country has."""

    of_cases: float
    of_survey: float


@dataclass(frozen=True)
class Estimate:
    """What a step would take: ``scale``, processor ``seconds``, ``gb``; ``breaks_at``: the scale that fills memory."""

    step: str
    scale: float
    seconds: float
    gb: float
    breaks_at: float


def wanted(lines: list[Mapping[str, str]], children: float, survey_rows: float) -> Wanted:
    """Return how many scales so many children and survey rows are, going by the rows at scale 1 or the next above."""

    def rows_of_one(step: str) -> float:
        of_step = [line for line in lines if line["step"] == step and line["rows"] and float(line["scale"]) >= 1]
        nearest = min(of_step, key=lambda line: float(line["scale"]))
        return int(nearest["rows"]) / float(nearest["scale"])

    return Wanted(children / rows_of_one(CASES), survey_rows / rows_of_one(SURVEY))


def estimates(
    lines: list[Mapping[str, str]], exponents: list[Mapping[str, str]], start: float, country: Wanted, gb: float
) -> list[Estimate]:
    """Return what each step that was done at two scales beyond ``start`` would take in ``country``.

    ``gb``: the memory of the machine.
    """
    found = []
    for told in exponents:
        own = [line for line in lines if line["step"] == told["step"] and line["status"] == DONE]
        own = sorted((line for line in own if float(line["scale"]) > start), key=lambda line: float(line["scale"]))
        if len(own) < 2 or "fixed_seconds" not in told:
            continue
        scale, last = scale_of(told["step"], country), own[-1]
        largest, beyond = float(last["scale"]), float(last["cpu_seconds"]) - float(told["fixed_seconds"])
        more = scale / largest
        seconds = float(told["fixed_seconds"]) + max(beyond, 0) * more ** max(float(told.get("exponent") or 0), 1)
        slope = (float(last["peak_gb"]) - float(own[0]["peak_gb"])) / (largest - float(own[0]["scale"]))
        is_bounded = told["memory"] == "bounded" or slope <= 0
        peak = float(last["peak_gb"]) + (0 if is_bounded else slope * (scale - largest))
        breaks_at = float("inf") if is_bounded else largest + (gb - float(last["peak_gb"])) / slope
        found.append(Estimate(told["step"], scale, seconds, peak, breaks_at))
    return found


def scale_of(step: str, country: Wanted) -> float:
    """Return the scale of what ``step`` reads in ``country``."""
    if step in BOTH:
        return (country.of_cases + country.of_survey) / 2
    reads_survey = set(growth_steps.inputs_of(step)) & set(OF_SURVEY)
    return country.of_survey if reads_survey else country.of_cases
