"""Which steps run in a country: all but those that lead to a raw table it has not, and those its file leaves out.

``python -m analysis.country_steps NAME`` prints what the Makefile needs to know: the raw files of the country and the
steps it goes without. The standard library is enough, since make asks before anything is installed.
"""

import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from analysis import country

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\$\(call (table|figure|notebook),([^,)]+),([^)]*)\)")
FOLDERS = {"table": "", "figure": "figures/", "notebook": "notebooks/"}
OUTLINES = "boundaries"  # those of Cambodia's provinces


def inputs() -> dict[str, tuple[str, ...]]:
    """Return the inputs of each step by its name, such as ``features/spells`` or ``figures/care_rates``.

    Those of a picture stand with those of its numbers.
    """
    lines = (LINE.match(line) for line in (ROOT / "tables.mk").read_text(encoding="utf-8").splitlines())
    return {FOLDERS[found[1]] + found[2]: tuple(found[3].replace(",", " ").split()) for found in lines if found}


@cache
def left_out(name: str = country.CHOSEN) -> dict[str, str]:
    """Return why each step that does not run in the country ``name`` is left out; nothing where it has all tables."""
    told = country.read(name)
    steps, named = inputs(), told.get("left_out", {})
    above = _makers(steps)
    gone = {step.rpartition("/")[2] for step in named}
    if "raw" in told:  # tables of its own, in place of Cambodia's
        gone |= set(_raw_tables()) - set(told["raw"]) | {OUTLINES}

    @cache
    def lacking(step: str) -> frozenset[str]:
        further = (lacking(above[one]) for one in steps[step] if one in above)
        return frozenset(gone.intersection(steps[step])).union(*further)

    return {
        step: named.get(step) or f"needs {', '.join(sorted(lacking(step)))}"
        for step in steps
        if step in named or lacking(step)
    }


def in_order(steps: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the ``steps`` so that each stands after those of them that make its inputs."""
    above = _makers(steps)
    found: dict[str, None] = {}

    def put(step: str) -> None:
        for one in steps[step]:
            if one in above and above[one] not in found:
                put(above[one])
        found[step] = None

    for step in steps:
        put(step)
    return list(found)


def _makers(steps: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the step that makes each table, by the table's name."""
    return {step.rpartition("/")[2]: step for step in steps if not step.startswith(("figures/", "notebooks/"))}


def _files(name: str) -> dict[str, str]:
    """Return the file of each raw table of the country ``name``, by the name under which a step asks for it."""
    files = _raw_tables()
    return {asked: files[resource] for asked, resource in country.read(name).get("raw", {}).items()}


def _raw_tables() -> dict[str, str]:
    """Return the file of each resource of the data package, by the resource's name."""
    package = json.loads((ROOT / "data" / "raw" / "datapackage.json").read_text(encoding="utf-8"))
    return {resource["name"]: f"data/raw/{resource['path']}" for resource in package["resources"]}


def main() -> int:
    """Print lines of make: ``INPUT_name := file`` of each raw table, and the steps that are ``LEFT_OUT``."""
    name = sys.argv[1]
    try:
        lines = [f"INPUT_{asked} := {file}" for asked, file in _files(name).items()]
        lines.append(f"LEFT_OUT := {' '.join(left_out(name))}")
        languages = [one for one in country.read(name)["languages"] if one in country.TRANSLATED]
        lines.append(f"LANGUAGES := {' '.join(languages)}")
    except country.CountryError as error:
        lines = [f"$(error {error})"]
    print("\n".join(lines))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
