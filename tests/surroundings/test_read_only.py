"""A folder that cannot be written to: one line that says so, and results go elsewhere."""

import pytest
from surrounded import KEY, as_nobody_special, contents, copied, make, run

RIGHTS = as_nobody_special()

pytestmark = pytest.mark.skipif(
    RIGHTS is None, reason="root may write anywhere, and setpriv cannot make it like others"
)


@pytest.mark.parametrize("goal", ["all", "import", "lint"])
def test_make_says_in_one_line_that_the_project_is_not_ours(read_only, goal):
    before = set(read_only.rglob("*"))
    done = make(read_only, goal, through=RIGHTS)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"{read_only} is not yours to write to" in done.stderr
    assert set(read_only.rglob("*")) == before


def test_help_is_there_for_everybody(read_only):
    done = make(read_only, "help", through=RIGHTS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "RECORDS=folder" in done.stdout


def test_make_says_in_one_line_that_the_place_for_results_is_not_ours(tmp_path, records):
    project, shut, file = copied(tmp_path / "homeward"), tmp_path / "shut", tmp_path / "file"
    shut.mkdir(mode=0o555)
    file.touch()
    for root in (shut, shut / "results", file, file / "results"):
        done = make(project, "import", f"RECORDS={records}", f"ROOT={root}", through=RIGHTS)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert f"ROOT={root}" in done.stderr


@pytest.mark.parametrize("step", ["clean/areas", pytest.param("import", marks=pytest.mark.validation)])
def test_a_step_that_cannot_write_says_where_and_leaves_nothing(step, read_only, records, tmp_path):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o555)
    given = [records] if step == "import" else []
    done = run(step, *given, "--to", shut / "result", code=read_only, through=RIGHTS, **KEY)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"{step}: [Errno 13] Permission denied: '{shut}")
    assert contents(shut) == {}
