"""Every number of the simulator has its reason on its line, and reasons cite printed claims that exist."""

import re

import pytest

from analysis import sources
from analysis.simulate import parameters

CLAIM = re.compile(r"\b(?:mapping|study|child|national|trend|reintegration|elsewhere|costs)-[a-z0-9]+(?:-[a-z0-9]+)+")
NOT_CLAIMS = {"child-months"}


@pytest.fixture(scope="module")
def lines():
    return parameters.PARAMETERS_FILE.read_text(encoding="utf-8").splitlines()


def test_every_number_has_its_reason_on_its_line(lines):
    numbers = [line for line in lines if re.match(r"\w+ *=", line)]
    assert [line for line in numbers if len(line.partition("  # ")[2]) < 10] == []


def test_every_claim_that_is_cited_is_printed_somewhere(lines):
    cited = {claim for line in lines for claim in CLAIM.findall(line.partition("#")[2])} - NOT_CLAIMS
    assert len(cited) > 30
    assert cited - set(sources.read("claims_printed")["claim_id"]) == set()


def test_shares_of_classes_sum_to_one():
    facilities = parameters.load().facilities
    for section in ("ages", "registration", "agreement", "operators"):
        assert {kind: sum(facilities[section][kind]) for kind in facilities.n} == pytest.approx(
            dict.fromkeys(facilities.n, 1)
        ), section


def test_parameters_are_frozen():
    with pytest.raises(AttributeError, match="frozen"):
        parameters.load().country.urban_share_elsewhere = 1
