"""Environments of peers: made once, remade when their file changes, skipped with a line; nothing is fetched here."""

import subprocess
import sys

import pytest
from benchmarks import environments

pytestmark = pytest.mark.validation  # only whoever measures runs these programmes


@pytest.fixture
def pinned(tmp_path, monkeypatch):
    """Return a folder with the file of one peer that demands nothing."""
    folder = tmp_path / "environments"
    folder.mkdir()
    (folder / "peer.txt").write_text("", encoding="utf-8")
    monkeypatch.setattr(environments, "PINNED", folder)
    monkeypatch.setattr(environments, "_install", lambda own, requirements: [sys.executable, "-c", ""])
    return folder


def test_a_peer_is_installed_once_and_again_when_its_file_changes(pinned, tmp_path, capsys):
    built = tmp_path / "built"
    assert environments.python_of("peer", built) is None
    python = environments.make("peer", built)
    assert environments.make("peer", built) == python == environments.python_of("peer", built)
    assert capsys.readouterr().out == "peer: installed\n"
    assert subprocess.run([python, "-c", ""], check=True).returncode == 0
    (pinned / "peer.txt").write_text("peer==2\n", encoding="utf-8")
    assert environments.python_of("peer", built) is None


def test_a_peer_that_cannot_be_installed_is_skipped_with_a_line(pinned, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        environments, "_install", lambda own, requirements: [sys.executable, "-c", "raise SystemExit('no wheel')"]
    )
    assert environments.make("peer", tmp_path / "built") is None
    assert capsys.readouterr().out == "peer: skipped, it cannot be installed here: no wheel\n"
    assert not (tmp_path / "built" / "peer").exists()


def test_every_peer_is_pinned_to_the_last_version():
    assert {"lifelines", "scikit-survival", "splink", "recordlinkage", "svy", "samplics", "esda"} <= set(
        environments.names()
    )
    for peer in environments.names():
        lines = (environments.PINNED / f"{peer}.txt").read_text(encoding="utf-8").splitlines()
        assert all("==" in line for line in lines), peer
        assert environments.pinned(peer)[0].isdigit()


def test_without_rscript_r_has_nothing():
    assert not environments.has_in_r(None, "survival")
    assert not environments.has_in_r(sys.executable, "survival")
