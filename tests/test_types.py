"""What the check of types looks at: every module, but for single kinds of errors in modules that are named with why."""

import tomllib

from analysis.study import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
OVERRIDES = SETTINGS.pop("overrides")
OURS = [one for one in OVERRIDES if any(name.startswith("analysis.") for name in one["module"])]


def test_every_function_says_its_types_and_no_module_is_left_out():
    assert SETTINGS["files"] == ["src/analysis"]
    assert SETTINGS["disallow_untyped_defs"]
    assert not {"exclude", "ignore_errors", "follow_imports"} & set(SETTINGS)
    assert {name for one in OURS for name in one} == {"module", "disable_error_code"}


def test_what_is_let_pass_is_let_pass_in_modules_that_exist_and_are_named_once():
    named = [name for one in OURS for name in one["module"]]
    assert len(named) == len(set(named))
    assert [name for name in named if not exists(name.removesuffix(".*").replace(".", "/"))] == []


def exists(place: str) -> bool:
    return any((ROOT / "src" / f"{place}{ending}").exists() for ending in (".py", "/__init__.py", ""))
