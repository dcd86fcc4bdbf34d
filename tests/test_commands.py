"""Commands about records: results of real ones never land here, and no error quotes a cell."""

import pytest

from analysis import __main__, commands
from analysis.importers import exports, run
from analysis.importers.faults import ExportError
from analysis.study import ROOT


def test_each_command_has_help_and_the_steps_still_have_theirs(capsys):
    for command in ["simulate", "inspect", "import", "release"]:
        with pytest.raises(SystemExit) as ended:
            __main__.main([command, "--help"])
        assert ended.value.code == 0
        assert f"python -m analysis {command}" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        __main__.main(["--help"])
    said = capsys.readouterr().out
    assert all(
        command in said
        for command in ("clean/NAME", "simulate [", "inspect FILE", "import [FOLDER]", "release --signed")
    )


def test_a_release_that_nobody_answers_for_is_refused(capsys):
    assert __main__.main(["release", "--signed", " \n "]) == 1
    assert capsys.readouterr().err == ('release: say who answers for it: make release SIGNED="role, organisation"\n')


def test_records_need_a_place_for_their_results(tmp_path, capsys):
    (tmp_path / "somebody.csv").write_text("a,b\n1,2\n")
    assert __main__.main(["import", str(tmp_path), "--to", str(ROOT)]) == 1
    assert capsys.readouterr().err == (
        "import: RECORDS needs a ROOT, the folder for its results: make RECORDS=/path ROOT=/other/path\n"
    )


def test_results_inside_the_repository_are_refused(tmp_path, capsys):
    assert __main__.main(["import", str(tmp_path), "--to", str(ROOT / "docs")]) == 1
    assert "lies inside this repository and git does not ignore it" in capsys.readouterr().err


@pytest.mark.parametrize("fault", [KeyError("PRIVATE"), ValueError("PRIVATE"), RuntimeError("PRIVATE")])
def test_a_fault_nobody_foresaw_is_one_line_without_its_text(tmp_path, capsys, monkeypatch, fault):
    def broken(*_):
        raise fault

    monkeypatch.setattr(run, "import_exports", broken)
    assert __main__.main(["import", str(tmp_path / "in"), "--to", str(tmp_path / "out")]) == 1
    (tmp_path / "in").mkdir()
    capsys.readouterr()
    assert __main__.main(["import", str(tmp_path / "in"), "--to", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert f"({type(fault).__name__}, test_commands.py line" in said
    assert said.count("\n") == 1
    assert "PRIVATE" not in said


def test_files_left_out_end_with_a_status_of_their_own(tmp_path, capsys, monkeypatch):
    done = run.Imported("records", tmp_path, 2, {"cases": 1}, {"no_id": 2}, (3,), ("notes.docx: no known export",))
    monkeypatch.setattr(run, "import_exports", lambda *_: done)
    (tmp_path / "in").mkdir()
    assert __main__.main(["import", str(tmp_path / "in"), "--to", str(tmp_path / "out"), "--keep-going"]) == 3
    said = capsys.readouterr().out
    assert "left out: notes.docx" in said
    assert "2 lines were set aside (no_id 2)" in said
    assert "1 answers of consent.csv name no record of these exports, as line 3" in said
    assert commands.SOME_LEFT_OUT == 3


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    with pytest.raises(ExportError, match="holds no file to import"):
        exports.found_in(tmp_path)
    with pytest.raises(ExportError, match="there is no folder"):
        exports.found_in(tmp_path / "nowhere")


def test_hidden_temporary_and_accompanying_files_are_no_exports(tmp_path):
    for name in ["b.csv", "A/a.xlsx", ".hidden", "~$b.xlsx", "SIMULATED.json", "consent.csv", "x.tmp", ".git/c.csv"]:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
    found = exports.found_in(tmp_path)
    assert [found.shown(file) for file in found.files] == ["A/a.xlsx", "b.csv"]
    assert found.listed["file_code"].to_list() == ["E001", "E002"]
