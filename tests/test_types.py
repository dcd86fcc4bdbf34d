"""What the check of types looks at: every module, but for single kinds of errors in modules that are named with why."""

import re
import subprocess
import sys
import tomllib
from collections import defaultdict

import pytest

from analysis.study import ROOT

TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
SETTINGS = tomllib.loads(TEXT)["tool"]["mypy"]
OVERRIDES = SETTINGS.pop("overrides")
OURS = [one for one in OVERRIDES if any(name.startswith("analysis.") for name in one["module"])]
FOUND = re.compile(r"src/(.+?)(?:/__init__)?\.py:\d+: error: .*\[([a-z-]+)\]")


def test_every_function_says_its_types_and_no_module_is_left_out():
    assert SETTINGS["files"] == ["src/analysis"]
    assert SETTINGS["disallow_untyped_defs"]
    assert not {"exclude", "ignore_errors", "follow_imports", "disable_error_code"} & set(SETTINGS)
    assert {name for one in OURS for name in one} == {"module", "disable_error_code"}


def test_what_is_let_pass_is_let_pass_in_modules_that_exist_and_are_named_once():
    named = [name for one in OURS for name in one["module"]]
    assert len(named) == len(set(named))
    assert [name for name in named if not exists(name.replace(".", "/"))] == []


@pytest.mark.validation
def test_what_is_let_pass_is_what_would_be_found(tmp_path):
    strict = tmp_path / "mypy.toml"
    strict.write_text(re.sub(r"(?m)^disable_error_code = .*$", "disable_error_code = []", TEXT), encoding="utf-8")
    asked = [sys.executable, "-m", "mypy", "--config-file", str(strict), "--cache-dir", str(tmp_path / "cache")]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    needed = defaultdict(set)
    for place, code in FOUND.findall(told):
        needed[place.replace("/", ".")].add(code)
    assert {name: set(one["disable_error_code"]) for one in OURS for name in one["module"]} == needed


def exists(place: str) -> bool:
    return any((ROOT / "src" / f"{place}{ending}").exists() for ending in (".py", "/__init__.py"))
