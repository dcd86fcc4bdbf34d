"""The tool that breaks the code to see the tests fail: what it changes, which sample it takes, what it tells."""

import ast
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.study import ROOT

sys.path.append(str(ROOT / "tools"))

import mutants as tool
import mutators

RESULTS = ROOT / "docs" / "mutants"
LEAST_CAUGHT = 0.85


def changes(source: str) -> list[str]:
    return [mutant.change for mutant in mutators.mutants(source, "module.py")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["a < b -> a <= b", "a < b -> a >= b"]),
        ("a == b", ["a == b -> a != b"]),
        ("a is None", ["a is None -> a is not None"]),
        ("a + b", ["a + b -> a - b"]),
        ("a and b or c", ["a and b or c -> (a and b) and c", "a and b -> a or b"]),
        ("not a", ["not a -> a"]),
        ("x[-1]", ["-1 -> 1", "1 -> 2"]),
        ("[True, 0.5]", ["True -> False", "0.5 -> 1.5"]),
        ("x.sum()", ["x.sum() -> x.mean()"]),
        ("sum(x)", []),
        ("max(a, b)", ["max(a, b) -> min(a, b)"]),
        ("np.sqrt(x)", ["np.sqrt(x) -> x"]),
        ("x.clip(lower=a)", ["x.clip(lower=a) -> x"]),
        ("a if b else c", ["b -> not b"]),
        ("[a for a in b if c]", ["c -> not c"]),
        ("def f():\n    a += b", ["a += b -> pass", "a += b -> a -= b"]),
        ("def f():\n    a[b] = c", ["a[b] = c -> pass"]),
        ("def f():\n    f(a)", ["f(a) -> pass"]),
        ("def f():\n    return a", ["return a -> return None"]),
        ("def f():\n    raise E(1 + 1)", ["raise E(1 + 1) -> pass"]),
        ("try:\n    a\nexcept E:\n    f()", ["f() -> pass"]),
    ],
)
def test_what_may_be_wrong_in_a_source(source, expected):
    assert changes(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring of 12 words."""',
        "'a' + b",
        "f'{a + 1}'",
        "def f(a: list[1], b: int | None) -> tuple[2]:\n    pass",
        "@dataclass(frozen=True)\nclass A(B):\n    pass",
        "list(zip(a, b, strict=True))[c]",
        "x = isinstance(a, B | C)",
        "import a",
        "return_none = None",
    ],
)
def test_texts_types_and_options_that_change_no_result_are_let_be(source):
    assert changes(source) == []


SOURCE = (ROOT / "src" / "analysis" / "disclosure" / "rounding.py").read_text(encoding="utf-8")


def test_each_mutant_is_the_source_with_one_change():
    plain = ast.unparse(ast.parse(SOURCE))
    found = mutators.mutants(SOURCE, "rounding.py")
    texts = [ast.unparse(mutators.mutated(SOURCE, mutant.number)) for mutant in found]
    assert len({plain, *texts}) == len(found) + 1
    for mutant, text in zip(found, texts, strict=True):
        differ = [line for line, other in zip(text.splitlines(), plain.splitlines(), strict=True) if line != other]
        assert len(differ) == 1, mutant
    assert ast.unparse(mutators.mutated(SOURCE, None)) == plain


def test_a_mutant_keeps_its_key_when_another_function_is_edited():
    before = "def f(a):\n    'Docstring.'\n    return a + 1\n"
    after = f"# more\ndef g(b):\n    return b * 2\n\n\n{before.replace('Docstring.', 'Another.')}"
    old, new = ([m for m in mutators.mutants(text, "m.py") if m.function == "f"] for text in (before, after))
    assert [m.key for m in old] == [m.key for m in new]
    assert [m.line + 5 for m in old] == [m.line for m in new]
    edited = mutators.mutants(before.replace("1", "3"), "m.py")
    assert not {m.key for m in old} & {m.key for m in edited}


def of_sizes(**sizes: int) -> dict[str, list[mutators.Mutant]]:
    return {
        name: [mutators.Mutant(name, "f", at, "constant", "", f"{name}{at}", at) for at in range(size)]
        for name, size in sizes.items()
    }


def test_any_first_part_of_the_sample_holds_the_share_of_each_module():
    order = tool.in_order(of_sizes(small=20, middle=60, large=320))
    for n in (40, 100, 200):
        taken = [sum(mutant.module == name for mutant in order[:n]) for name in ("small", "middle", "large")]
        assert taken == pytest.approx([n * 0.05, n * 0.15, n * 0.8], abs=1)


def test_the_sample_of_a_module_does_not_hang_on_the_others_nor_on_their_order_in_the_source():
    alone = tool.in_order(of_sizes(middle=60))
    among = [mutant for mutant in tool.in_order(of_sizes(large=320, middle=60)) if mutant.module == "middle"]
    assert alone == among
    assert [mutant.number for mutant in alone] != sorted(mutant.number for mutant in alone)
    assert tool.in_order({"middle": of_sizes(middle=60)["middle"][::-1]}) == alone


@pytest.mark.parametrize(("hits", "n", "low", "high"), [(85, 100, 0.7671644, 0.9069401), (0, 0, 0.0, 1.0)])
def test_interval_of_a_share(hits, n, low, high):
    """R: ``prop.test(85, 100, correct = FALSE)$conf.int``."""
    assert tool.wilson(hits, n) == pytest.approx((low, high), abs=1e-6)


def test_what_is_told_leaves_out_equivalent_mutants():
    verdicts = ["caught"] * 9 + ["survived"] + ["equivalent"] * 5
    told = tool.told([{"verdict": verdict} for verdict in verdicts])
    assert told == "9 of 10 mutants caught, 90.0% (59.6% to 98.2%); 5 more are equivalent"


@pytest.mark.parametrize("package", ["models", "disclosure"])
def test_the_page_tells_what_the_results_hold(package):
    with (RESULTS / f"{package}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["verdict"] for row in rows} <= {tool.CAUGHT, tool.SURVIVED, tool.EQUIVALENT}
    assert len({row["key"] for row in rows}) == len(rows)
    page = (ROOT / "docs" / "decisions" / "0024-tests-are-tested.md").read_text(encoding="utf-8")
    assert f"| `{package}` | {tool.told(rows)} |" in page
    caught = [row["verdict"] == tool.CAUGHT for row in rows if row["verdict"] != tool.EQUIVALENT]
    assert sum(caught) / len(caught) >= LEAST_CAUGHT, "fewer are caught than was asked for"


LITTLE = '''"""Two functions."""


def larger(a, b):
    """Return the larger of two."""
    return a if a > b else b


def unseen(a):
    """Return one more."""
    return a + 1
'''
WEAK = """import pytest
from analysis.models import little


@pytest.fixture(scope="module")
def two():
    return little.larger(2, 1)


def test_first(two):
    assert two


def test_larger(two):
    assert little.larger(3, 1)
"""
BETTER = f"{WEAK}    assert two == 2\n    assert little.larger(1, 4) == 4\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of one small model, beside the tools."""
    for folder in ("src/analysis/models", "tests/models"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\npythonpath = ["src"]\nmarkers = ["validation"]\n'
    )
    for package in ("analysis", "analysis/models"):
        (tmp_path / "src" / package / "__init__.py").write_text("")
    (tmp_path / "src" / "analysis" / "models" / "little.py").write_text(LITTLE)
    (tmp_path / "tests" / "models" / "test_little.py").write_text(WEAK)
    return tmp_path


def run(project: Path, *given: str) -> dict[str, dict[str, str]]:
    """Return the lines of results by what was changed."""
    command = [sys.executable, "tools/mutants.py", "models", "20", *given]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    with (project / "docs" / "mutants" / "models.csv").open(encoding="utf-8", newline="") as lines:
        return {row["change"]: row for row in csv.DictReader(lines)}


@pytest.mark.validation
def test_a_weak_test_lets_mutants_live_and_a_better_one_catches_them(project):
    pytest.importorskip("coverage")
    weak = run(project)
    assert weak["return a if a > b else b -> return None"]["by"] == "tests/models/test_little.py::test_first"
    assert weak["a > b -> a <= b"]["verdict"] == "survived"
    assert weak["a + 1 -> a - 1"]["by"] == "no test reaches it"
    file = project / "docs" / "mutants" / "models.csv"
    boundary = weak["a > b -> a >= b"]
    assert boundary["verdict"] == "survived"
    ruled = file.read_text().replace(
        "a > b -> a >= b,survived,2 tests that reach it", "a > b -> a >= b,equivalent,equal numbers"
    )
    file.write_text(ruled)
    (project / "tests" / "models" / "test_little.py").write_text(BETTER)
    better = run(project, "--again")
    assert better["a > b -> a <= b"]["verdict"] == "caught"
    assert better["a > b -> a >= b"]["by"] == "equal numbers", "what a person ruled stays"
    assert better["a + 1 -> a - 1"]["verdict"] == "survived"
    (project / "tests" / "models" / "test_little.py").write_text(f"{WEAK}    assert little.larger(1, 2) == 1\n")
    (project / "build" / "mutants" / "models" / "reach.json").unlink()
    command = [sys.executable, "tools/mutants.py", "models", "20"]
    refused = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)
    assert "tests/models do not pass as they stand" in refused.stderr
