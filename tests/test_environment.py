"""environment.yml (conda), pyproject.toml and requirements.lock say the same thing. No network, no conda."""

import os
import re
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from analysis.study import ROOT

CONDA_TO_PYPI = {
    "matplotlib-base": "matplotlib",
    "dask-core": "dask",
    "brotli-python": "brotli",
    "playwright-python": "playwright",
}
CONDA_ONLY = {"python", "pip", "make"}


def declared() -> dict[str, SpecifierSet]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def declared_for_conda() -> dict[str, SpecifierSet]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    plain = [entry for entry in entries if isinstance(entry, str)]
    plain += next(entry["pip"] for entry in entries if isinstance(entry, dict))
    found = {}
    for entry in plain:
        name, ranges = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", entry).groups()
        if name not in CONDA_ONLY:
            found[canonicalize_name(CONDA_TO_PYPI.get(name, name))] = SpecifierSet(ranges)
    return found


def locked() -> dict[str, str]:
    found = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)==(\S+)(?: ; (.*?))?(?: \\)?$", line):
            marker = f" ; {match[3]}" if match[3] else ""
            requirement = Requirement(f"{match[1]}=={match[2]}{marker}")
            if requirement.marker is None or requirement.marker.evaluate():
                found[canonicalize_name(requirement.name)] = match[2]
    return found


def test_conda_and_pyproject_declare_the_same_ranges():
    assert declared_for_conda() == declared()


def test_every_declared_package_is_locked_to_a_version_its_range_allows():
    versions = locked()
    assert {n: str(s) for n, s in declared().items() if n not in versions or versions[n] not in s} == {}


def test_every_locked_package_has_a_hash_and_the_lock_holds_no_address():
    text = (ROOT / "requirements.lock").read_text()
    pinned = len(re.findall(r"^\S+==", text, flags=re.M))
    assert pinned == len(re.findall(r"^\S+==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, flags=re.M))
    assert "://" not in text


@pytest.mark.skipif("CONDA_DEFAULT_ENV" in os.environ, reason="conda resolves its own versions")
def test_this_environment_is_the_locked_one():
    versions = {name: metadata.version(name) for name in declared()}
    assert versions == {name: locked()[name] for name in versions}


def test_the_table_of_licences_lists_what_the_lock_installs():
    table = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([\w.-]+) \| (.+) \|$", table, flags=re.M)[1:]  # below the header
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"^([\w.-]+)==", lock, flags=re.M)))
    assert [name for name, _ in listed] == names, "make it again: .venv/bin/python tools/licences.py > docs/licences.md"
