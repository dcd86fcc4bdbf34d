"""``make release`` on a small run of records: only what passed leaves, twice the same, and nothing after a fault.

The exports are simulated, but nothing marks them as such, so that they are taken for somebody's records.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis import pipeline, store
from analysis.release import contents
from analysis.simulate import run as simulator
from analysis.study import ROOT

# It builds everything that follows from records, several times: too long for every run of the tests.
pytestmark = pytest.mark.validation

# Each release makes every figure, page and notebook again: a country that goes without these steps shows as much.
LEFT_OUT = (
    *("estimates/counts_reconciled", "estimates/eligibility_verdicts", "estimates/facility_flows"),
    *("estimates/facility_funnel", "estimates/follow_up_compliance", "estimates/formal_care_indicators"),
    *("estimates/household_breaches", "estimates/living_arrangements", "estimates/national_survey"),
    *("estimates/national_survey_coverage", "estimates/placement_risk", "estimates/planned_vs_abrupt"),
    *("estimates/prevention_outcomes", "estimates/referral_funnel", "estimates/reintegration_checks"),
    *("estimates/response_plan_recorded", "estimates/risk_gradients", "estimates/risk_performance"),
    *("estimates/rollout_effect", "estimates/support_effect", "estimates/support_effect_simulation"),
    *("estimates/training_coverage", "estimates/triage_agreement", "estimates/wellbeing_change"),
)
COUNTRY = "officers"  # Cambodia in all else
KEPT = ("notebooks/01_evidence", "notebooks/05_drivers")  # one from print and one from records
NOTEBOOKS = {f"notebooks/{file.stem}" for file in (ROOT / "notebooks").glob("[0-9]*.py")} - {*KEPT}
LINES = [f'"{step}" = "left out"' for step in sorted({*LEFT_OUT, *NOTEBOOKS})]
SCALE = 0.02  # of a country: a few cases in each file
SIGNED = 'head of research, "Homes" & others'
TABLES = [name for stage in store.STAGES for name in store.tables_of(stage) if store.origin(name) != "published"]
FIGURES = [name for name in contents.figures() if pipeline.read_numbers(name)["origin"].iloc[0] != "published"]
FROM_RECORDS = ("imported", "withheld", "index.html", "CAPTIONS.md", "pages", "import", "simulate", "*.py")
FROM_RECORDS += tuple(f"{name}{suffix}" for name in {*TABLES, *FIGURES} for suffix in ("", ".*"))


class Home:
    """A checkout of the project as it stands built, exports, and the results made of them."""

    def __init__(self, place: Path) -> None:
        self.project, self.exports, self.results = place / "homeward", place / "exports", place / "results of a run"
        self.releases = self.results / "releases"
        not_kept = (".git", ".venv", "__pycache__", ".pytest_cache", ".ruff_cache", "matplotlib", "roots", "boundaries")
        not_kept += ("peers", "mypy")  # environments of benchmarks, and what types were found: gigabytes
        shutil.copytree(ROOT, self.project, ignore=shutil.ignore_patterns(*not_kept))
        countries = self.project / "src" / "analysis" / "countries"
        told = (countries / "cambodia.toml").read_text(encoding="utf-8")
        (countries / f"{COUNTRY}.toml").write_text("\n".join([told, "[left_out]", *LINES, ""]), encoding="utf-8")
        shutil.copystat(countries / "cambodia.toml", countries / f"{COUNTRY}.toml")  # no newer than what was made
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it stands"]):
            self.git(*arguments)
        simulator.simulate(place / "made-up", seed=11, scale=SCALE)
        shutil.copytree(place / "made-up" / "exports" / "part-0001", self.exports)
        for part in ("data/processed", "figures", "notebooks", "docs", "build/stamps"):  # what follows from no records
            shutil.copytree(self.project / part, self.results / part, ignore=shutil.ignore_patterns(*FROM_RECORDS))

    def git(self, *arguments: str) -> None:
        as_somebody = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
        command = ["git", "-C", str(self.project), *as_somebody, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run make with these records and results."""
        not_ours = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "STEPS", "BOUNDARIES", "HOMEWARD_ROOT", "PYTHONPATH"}
        plain = {name: value for name, value in os.environ.items() if name not in not_ours}
        ours = [f"PY={sys.executable}", "ENV=", f"PYTHON={sys.executable}"]
        theirs = [f"RECORDS={self.exports}", f"ROOT={self.results}", f"COUNTRY={COUNTRY}"]
        return subprocess.run(
            ["make", *ours, *theirs, *arguments],  # noqa: S607
            cwd=self.project,
            env=plain | {"HOMEWARD_KEY": "5eed" * 16},
            capture_output=True,
            text=True,
        )

    def released(self, *arguments: str) -> str:
        done = self.make("release", f"SIGNED={SIGNED}", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """Make a release that must be refused, in one message, and that leaves nothing."""
        before = everything(self.results / "releases"), everything(self.results / "data" / "restricted")
        done = self.make("release", f"SIGNED={SIGNED}", *arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert (everything(self.results / "releases"), everything(self.results / "data" / "restricted")) == before
        return done.stderr


def everything(folder: Path) -> dict[Path, bytes]:
    return {file.relative_to(folder): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def steps(said: str) -> list[str]:
    return re.findall(r"^\[\d+/\d+\] (\S+)", said, flags=re.M)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Return results that were released once."""
    home = Home(tmp_path_factory.mktemp("home of an officer"))
    home.said = home.released()
    return home


@pytest.fixture
def folder(home) -> Path:
    [folder] = home.releases.iterdir()
    return folder


def test_the_folder_holds_what_passed_its_description_and_its_checklist(home, folder):
    held = json.loads((folder / "release.json").read_text(encoding="utf-8"))["files"]
    assert {str(file) for file in everything(folder)} == {*held, "release.json", "CHECKLIST.md"}
    assert {file for file in held if file.startswith("notebooks/")} == {f"{name}.ipynb" for name in KEPT}
    assert {"figures/index.html", "figures/km/index.html", "figures/country_snapshot.html"} < {*held}
    assert all((folder / file).read_bytes() == (home.results / file).read_bytes() for file in held)
    assert re.fullmatch(r"[0-9a-f]{12}", folder.name)
    assert f"{folder} was written: {len(held)} files, " in home.said
    assert "origin: records." in home.said


def test_the_folder_is_its_owners_until_it_is_shared(folder):
    assert [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077] == []


def test_the_description_is_of_these_files_and_this_code(home, folder):
    described = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    for file, digest in described["files"].items():
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == digest
    assert described["origin"] == "records"
    assert described["signed_by"] == SIGNED
    assert described["earlier_releases"] == []
    head = (home.project / ".git" / "refs" / "heads").iterdir()
    assert described["homeward"]["git_commit"] in {file.read_text().strip() for file in head}


def test_no_trace_of_a_person_a_key_or_the_machine_leaves(home, folder):
    """Everything personal in simulated exports is marked; codes of children are 16 letters and digits of hex."""
    keys = pd.read_parquet(home.results / "data/processed/imported/cases.parquet")["child_key"].dropna().unique()
    assert len(keys) > 10
    for file, content in everything(folder).items():
        text = content.decode("utf-8", errors="ignore")
        private = ("PRIVATE", "ឯកជន", *keys, str(home.results), str(home.exports), str(home.project))
        assert [mark for mark in private if mark in text] == [], file
        assert file.suffix in {".png", ".svg", ".ipynb"} or not re.search(r"(?<![\d.])0999\d{3}", text), (
            "a phone number"
        )


def test_a_second_release_of_the_same_data_changes_no_byte_and_leaves_a_filled_in_checklist(home, folder):
    restricted = home.results / "data" / "restricted"
    before = everything(folder), everything(restricted / "released"), (restricted / "releases.csv").read_bytes()
    said = home.released()
    again = {f"figures/{name}.csv" for name in FIGURES if (home.results / f"figures/{name}.csv").exists()}
    assert set(steps(said)) == again, "gated again beside what was told, with the same bytes"
    assert f"{folder} is there already, with these very files" in said
    assert (
        everything(folder),
        everything(restricted / "released"),
        (restricted / "releases.csv").read_bytes(),
    ) == before
    kept = (folder / "CHECKLIST.md").read_text(encoding="utf-8")
    (folder / "CHECKLIST.md").write_text(kept.replace("- [ ]", "- [x]"), encoding="utf-8")
    assert steps(home.released()) == []
    assert "- [x]" in (folder / "CHECKLIST.md").read_text(encoding="utf-8")
    (folder / "CHECKLIST.md").write_text(kept, encoding="utf-8")


def test_what_was_told_is_kept_with_the_exact_counts_and_nowhere_in_the_folder(home, folder):
    told = pd.read_csv(home.results / "data/restricted/released/data_quality.csv")
    assert told["is_shown"].any()
    assert not told["is_shown"].all()
    manifest = pd.read_csv(home.results / "data/restricted/releases.csv")
    assert manifest["release"].unique().tolist() == [folder.name]
    assert manifest["figure"].tolist() == sorted(file.stem for file in (folder / "figures").glob("*.csv"))


def test_another_folder_and_a_day_can_be_named(home, tmp_path):
    home.released(f"TO={tmp_path / 'to share'}", "DATE=2026-03-31")
    assert json.loads((tmp_path / "to share" / "release.json").read_text(encoding="utf-8"))["date"] == "2026-03-31"
    assert [path.name for path in tmp_path.iterdir()] == ["to share"]
    said = home.refused(f"TO={tmp_path / 'to share'}")
    assert "is there already and holds something else: name another folder with TO=..." in said


def test_files_that_make_did_not_write_are_all_named_at_once(home):
    figures = home.results / "figures"
    (figures / "names of children.csv").write_text("7")
    numbers, page = figures / "data_quality.csv", figures / "index.html"
    kept = {file: (file.read_bytes(), file.stat()) for file in (numbers, page)}
    said = home.refused()
    assert "figures/names of children.csv is no file that make writes: remove it" in said
    (figures / "names of children.csv").unlink()
    page.write_bytes(page.read_bytes() + b"<!-- 7 -->")
    said = home.refused()
    assert "figures/index.html is not what these data give: remove it and run make again" in said
    for file, (content, times) in kept.items():
        file.write_bytes(content)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not list(home.releases.glob(".*")), "no half-written folder"


def test_code_that_is_not_committed_is_refused(home):
    readme = home.project / "README.md"
    kept = readme.read_bytes()
    readme.write_bytes(kept + b"\n")
    assert "the code is not the committed one: README.md;" in home.refused()
    readme.write_bytes(kept)


@pytest.mark.parametrize("signed", ["", "   "])
def test_a_release_nobody_answers_for_is_refused_before_anything_is_made(home, signed):
    done = home.make("release", f"SIGNED={signed}")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert 'say who answers for it: make release SIGNED="role, organisation"' in done.stderr
    assert steps(done.stdout) == []


def test_a_few_children_less_are_not_told_by_the_difference_of_two_releases(home, folder):
    """Three children withdraw their permission: no count of children has changed by enough to be told anew."""
    exported = json.loads(next(home.exports.glob("primero-cases-v2.json")).read_text(encoding="utf-8"))
    cases = exported["data"] if isinstance(exported, dict) else exported
    ids = [case["id"] for case in cases if case.get("data", case).get("consent_reporting")][:3]
    assert len(ids) == 3
    (home.exports / "consent.csv").write_text("id,anonymous_reporting\n" + "".join(f"{case},no\n" for case in ids))
    before = children(home)
    home.released()
    [later] = [other for other in home.releases.iterdir() if other != folder]
    assert json.loads((later / "release.json").read_text(encoding="utf-8"))["earlier_releases"] == [folder.name]
    numbers, after = "figures/record_children.csv", children(home)
    assert before - after in {1, 2, 3}
    assert (before + 2) // 5 != (after + 2) // 5, "rounded alone, the total would have been told anew"
    assert (later / numbers).read_bytes() == (folder / numbers).read_bytes()
    assert later.name in (home.results / "data/restricted/releases.csv").read_text(encoding="utf-8")
    shutil.rmtree(later)


def children(home: Home) -> int:
    return pd.read_parquet(home.results / "data/processed/imported/cases.parquet")["child_key"].nunique()
