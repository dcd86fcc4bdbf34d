"""The benchmark of caseloads runs without simpy, and says that it left it out. Times are never looked at."""

import csv
import random
import subprocess
import sys

import pytest
from benchmarks import caseload, caseload_peers

from analysis.study import ROOT


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    to = tmp_path_factory.mktemp("benchmark") / "to.csv"
    command = [sys.executable, "-m", "benchmarks.caseload", "--task", "1", "--share", "0.02", "--to", str(to)]
    done = subprocess.run([*command, "--simpy", ""], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with to.open(encoding="utf-8") as stream:
        return done.stdout, list(csv.DictReader(stream))


def test_a_peer_that_is_not_there_is_left_out_with_a_line_that_says_so(ran):
    assert "\nsimpy, 267 children at once" in f"\n{ran[0]}"


def test_both_run_the_same_plan(ran):
    ours, loop = ran[1]
    assert (ours["reader"], loop["reader"], ours["times_ours"]) == ("analysis.models", "event loop", "1.00")
    assert (ours["replications"], loop["replications"]) == ("200", "3")
    assert float(ours["visits_due"]) == pytest.approx(float(loop["visits_due"]), rel=0.1)


def test_the_schedule_in_weeks_begins_with_a_first_contact_in_each_tier():
    visits = caseload.wave_plan()["schedule"]
    assert [visit[:2] for visit in visits if visit[5]] == [[0, 0], [1, 1], [2, 2]]
    assert all(tolerance <= patience for _, _, tolerance, patience, *_ in visits)
    assert sorted({visit[4] for visit in visits}) == list(range(len({visit[4] for visit in visits})))


@pytest.mark.parametrize(("n_posts", "in_time"), [(1, 3), (2, 6), (3, 7)])
def test_the_event_loop_makes_the_visits_of_a_day_one_after_the_other(n_posts, in_time):
    plan = {
        "n_steps": 3,
        "closures": [{"steps": [1.0], "areas": [1.0], "n": 7}],
        "tier_share": [1.0],
        "changes": [[1.0, 0.0]],
        "schedule": [[0, 0, 0, 0, 0, True]],
        "posts": [0] * n_posts,
        "training": 0,
        "leaving_rate": 0,
        "vacancy": 0,
        "visit_steps": [0.3],
        "is_random": False,
        "spread": False,
    }
    counts = caseload_peers.by_loop(plan, random.Random(1))  # noqa: S311
    assert counts == {"due": 7, "over": 7, "in_time": in_time, "first_over": 7, "first_in_time": in_time}
