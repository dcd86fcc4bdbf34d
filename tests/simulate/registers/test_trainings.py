"""Trainings: workers of case systems under their own names, commune workers without one, shares as planted."""

import numpy as np
import pytest

from analysis.simulate.registers import trainings


@pytest.fixture(scope="module")
def told(registers):
    return registers["trainings"]


def test_nobody_begins_a_course_twice_and_days_belong_to_completed_ones(told):
    assert not told.duplicated(["person", "course"]).any()
    assert told["completed_on"].notna().equals(told["status"] == "completed")


def test_workers_are_those_of_the_case_systems(told, frames):
    workers = frames["workers"].set_index("worker_id")["agency"]
    named = told[told["is_named"]]
    assert (named["worker_id"].map(workers) == named["agency"]).all()
    assert told.loc[~told["is_case_worker"], "is_named"].eq(False).all()
    province = frames["agencies"].set_index("agency")["province_code"]
    assert (told["province_code"] == told["agency"].map(province)).all()


def test_courses_are_begun_in_the_planted_shares_where_provinces_are_alike(numbers, frames):
    alike = numbers.changed("registers.trainings.province_sd", 0.0)
    told = [trainings.build(alike, np.random.default_rng(seed), frames, 1.0) for seed in range(4)]
    n = 4 * len(frames["workers"])
    for course, share in numbers.registers.trainings.courses.items():
        found = sum(((rows["course"] == course) & rows["is_case_worker"]).sum() for rows in told) / n
        assert abs(found - share) < 4 * (share * (1 - share) / n) ** 0.5, course
