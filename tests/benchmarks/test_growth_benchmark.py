"""Growth is told rightly of made-up times, steps are stopped at their limits, and a small country goes through."""

import csv
import math
import subprocess
import sys

import numpy as np
import pytest
from benchmarks import growth, growth_estimate, growth_exponents, growth_steps, growth_told
from benchmarks.growth_run import DONE, Limits, run
from benchmarks.measured import write_lines

from analysis import country_steps
from analysis.study import ROOT

START, SCALES = 0.02, (1, 10, 100)
ROWS = 80_000
WIDE = Limits(60, 5)


def made_up(step, seconds, gb=lambda scale: 0.3, status=DONE, scales=SCALES):
    """Return lines of a step that takes a second and ``seconds`` of the scale besides."""
    return [
        {
            "stage": "features",
            "step": step,
            "scale": f"{scale:g}",
            "rows": str(int(ROWS * scale)),
            "cpu_seconds": str(1 + (seconds(scale) if scale > START else 0)),
            "peak_gb": str(gb(scale)),
            "status": status if scale == max(scales) else DONE,
        }
        for scale in (START, *scales)
    ]


def told(lines):
    (found,) = growth_exponents.of_steps(lines, START)
    return found


def test_a_line_through_points_has_their_slope_and_its_standard_error():
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.3])
    slope, doubt = growth_exponents.line_through(x, y)
    assert slope == pytest.approx(1.15)
    assert doubt == pytest.approx(math.sqrt(0.015 / 2))  # residuals 0.05, -0.1, 0.05; one degree of freedom
    assert math.isnan(growth_exponents.line_through(x[:2], y[:2])[1])


@pytest.mark.parametrize(
    ("seconds", "exponent", "verdict"),
    [
        (lambda scale: 2 * scale, 1.0, "within n log n"),
        (lambda scale: scale * math.log(ROWS * scale), 1.08, "within n log n"),
        (lambda scale: 0.5 * scale**1.5, 1.5, "above n log n"),
        (lambda scale: 0.01 * scale**2, 2.0, "above n log n"),
    ],
)
def test_exponents_are_those_that_were_put_in(seconds, exponent, verdict):
    found = told(made_up("spells", seconds))
    assert float(found["exponent"]) == pytest.approx(exponent, abs=0.03)
    assert found["verdict"] == verdict


def test_a_step_that_costs_the_same_whatever_comes_in_is_fixed_and_bounded():
    found = told(made_up("spells", lambda scale: 0.01))
    assert (found["verdict"], found["memory"]) == ("fixed", "bounded")
    assert "exponent" not in found


def test_memory_grows_with_the_file_or_stays_with_the_chunk():
    found = told(made_up("spells", lambda scale: scale, gb=lambda scale: 0.3 + 0.02 * scale))
    assert found["memory"] == "grows with the file"
    assert float(found["gb_per_million_rows"]) == pytest.approx(0.02 * 1e6 / ROWS, rel=0.01)
    found = told(made_up("spells", lambda scale: scale, gb=lambda scale: 1.0 if scale >= 1 else 0.3))
    assert found["memory"] == "bounded"


def test_a_step_that_reads_no_table_is_held_to_a_straight_line():
    found = told([line | {"rows": ""} for line in made_up("simulate", lambda scale: scale)])
    assert (found["n_log_n"], found["verdict"], found["gb_per_million_rows"]) == ("1.00", "within n log n", "")


def test_a_step_that_was_stopped_is_never_left_out():
    found = told(made_up("spells", lambda scale: scale, status="stopped: more than 5 GB"))
    assert found["verdict"] == "within n log n; at scale 100 stopped: more than 5 GB"
    found = told(made_up("spells", lambda scale: scale, status="failed: no", scales=(1,)))
    assert found["verdict"] == "at scale 1 failed: no"


def test_two_scales_allow_a_slope_and_no_doubt():
    found = told(made_up("spells", lambda scale: scale, scales=(1, 10)))
    assert float(found["exponent"]) == pytest.approx(1, abs=0.02)
    assert found["doubt"] == ""


@pytest.mark.parametrize(
    ("code", "limits", "status"),
    [
        ("pass", WIDE, DONE),
        ("import time; time.sleep(60)", Limits(0.2, 5), "stopped: more than 0.2 s"),
        ("import time; held = bytearray(10**9); time.sleep(60)", Limits(60, 0.5), "stopped: more than 0.5 GB"),
        ("raise SystemExit('no such table')", WIDE, "failed: no such table"),
        ("import sys; sys.exit(3)", WIDE, "failed: exit status 3"),
    ],
)
def test_a_step_is_stopped_at_its_limits_and_says_how_it_ended(code, limits, status, tmp_path):
    assert run([sys.executable, "-c", code], {}, limits, tmp_path / "said.txt").status == status


def test_every_step_stands_after_those_that_make_its_inputs():
    steps = growth_steps.that_grow()
    at = {step.rpartition("/")[2]: number for number, step in enumerate(steps) if not step.startswith("figures/")}
    for number, step in enumerate(steps):
        assert all(at[name] < number for name in growth_steps.inputs_of(step) if name in at), step
    assert {"features/spells", "estimates/re_separation", "figures/re_separation.csv"} <= set(steps)
    assert not {"clean/places", "estimates/province_rates", "estimates/national_survey_coverage"} & set(steps)


def test_printed_tables_are_all_that_the_growing_steps_need_besides():
    printed, growing = growth_steps.printed(), growth_steps.that_grow()
    made = {step.rpartition("/")[2] for step in (*printed, *growing)}
    of_steps = {step.rpartition("/")[2] for step in country_steps.inputs() if not step.startswith(("figures", "note"))}
    assert not set(printed) & set(growing)
    for step in (*printed, *growing):
        assert set(growth_steps.inputs_of(step)) & of_steps <= made, step


@pytest.mark.validation
def test_a_small_country_goes_through_and_more_is_added_to_it(tmp_path):
    to, step = tmp_path / "growth.csv", "estimates/closure_funnel_recorded"
    told = ["--start", "0.01", "--steps", step, "--work", str(tmp_path / "work"), "--to", str(to)]
    command = [sys.executable, "-m", "benchmarks.growth", *told]
    done = subprocess.run([*command, "--scales"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = growth_exponents.read(to)
    assert [line["step"] for line in lines] == ["simulate", "import", step]
    assert {line["status"] for line in lines} == {DONE}
    assert int(lines[1]["rows"]) > int(lines[2]["rows"]) > 0
    lines.append(lines[-1] | {"step": "figures/closure_funnel_recorded.csv"})
    write_lines(to, growth.COLUMNS, lines)
    limited = subprocess.run([*command, "--more", "--minutes", "0.001", "--scales", "0.02"], cwd=ROOT)
    assert limited.returncode == 0
    more = growth_exponents.read(to)
    assert more[:4] == lines, "a step measured before and not asked for now"
    assert [line["status"].split(":")[0] for line in more[4:]] == ["stopped", "not run", "not run"]
    with (tmp_path / "growth_exponents.csv").open(encoding="utf-8") as stream:
        assert [line["step"] for line in csv.DictReader(stream)][:3] == ["simulate", "import", step]


def test_the_scales_stand_in_the_words_of_the_command():
    assert all(f"{scale:g}" in growth.__doc__ for scale in growth.SCALES)


def test_a_larger_country_on_paper_goes_on_as_measured():
    sizes = [
        {**line, "step": step, "rows": str(int(rows * float(line["scale"])))}
        for step, rows in ((growth_estimate.CASES, 2500), (growth_estimate.SURVEY, 250_000))
        for line in made_up(step, lambda scale: 2 * scale, gb=lambda scale: 0.3 + 0.1 * scale)
    ]
    lines = [*sizes, *made_up("features/spells", lambda scale: 0.1 * scale**1.5)]
    country = growth_estimate.wanted(lines, 2_500_000, 50_000_000)
    assert (country.of_cases, country.of_survey) == (1000, 200)
    found = growth_estimate.estimates(lines, growth_exponents.of_steps(lines, START), START, country, gb=30.3)
    of_step = {one.step: one for one in found}
    survey = of_step[growth_estimate.SURVEY]
    assert (survey.scale, survey.gb) == (200, pytest.approx(20.3))
    assert survey.breaks_at == pytest.approx(300)
    assert survey.seconds == pytest.approx(1 + 2 * 200, rel=0.01)
    assert of_step["features/spells"].seconds == pytest.approx(0.1 * 1000**1.5, rel=0.05)
    told = "\n".join(growth_told.of_country(found, country, 30.3))
    assert f"first to last: {growth_estimate.CASES}." in told
    assert "| features | 1 s, 0.30 GB |" in "\n".join(growth_told.by_stage(lines[-4:], START))
