"""Every number of the simulator, read once from ``parameters.toml`` and frozen.

The numbers make a country up: what is simulated from them says nothing about any country. A country file may change
some of them (``[simulation]``, by dotted path).
"""

import tomllib
from pathlib import Path

from analysis import country, study
from analysis.study import Study

PARAMETERS_FILE = Path(__file__).with_name("parameters.toml")


def load() -> Study:
    """Return the numbers of ``parameters.toml`` as a frozen tree: ``parameters.facilities.n.rci``."""
    numbers = Study(tomllib.loads(PARAMETERS_FILE.read_text(encoding="utf-8")))
    return study.with_changes(numbers, country.read(country.CHOSEN).get("simulation", {}))
