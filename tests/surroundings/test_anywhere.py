"""The same bytes anywhere: whatever the language, the clock, the home folder, the limits and the streams of a machine.

Every day an import and a table have all of it against them at once; the slow checks take each by itself, and draw.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from surrounded import (
    BARE,
    DRAWN,
    KEY,
    ROOT,
    as_a_stranger,
    as_nobody_special,
    contents,
    make,
    run,
    without_network,
)

NOWHERE = "/proc/nothing/here"  # where nobody can make a folder
FAR_EAST, FAR_WEST = "<+14>-14", "<-0330>+03:30"  # other days than UTC; no table of zones is needed to read them
LOCALES = {"de_DE.UTF-8": ",", "tr_TR.UTF-8": ",", "km_KH.UTF-8": ".", "de_DE.ISO-8859-1": ","}  # their decimal marks


def two_steps(records: Path, to: Path, **how: object) -> dict[str, bytes]:
    """Run an import and a table with Khmer letters; return what they wrote, by file."""
    for step in (("import", records, "--to", to / "results"), ("clean/places", "--to", to / "places.parquet")):
        done = run(*step, **KEY, **how)
        assert done.returncode == 0, f"{step[0]}: {done.stderr}"
    return contents(to)


def three_steps(records: Path, to: Path, **how: object) -> dict[str, bytes]:
    """Run these two and draw a picture in every language; return what they wrote, by file."""
    two_steps(records, to, **how)
    done = run(f"figures/{DRAWN}", "--to", to / "figures", **how)
    assert done.returncode == 0, f"figures/{DRAWN}: {done.stderr}"
    return contents(to)


def test_the_same_bytes_with_everything_against_it(records, read_only, expected, tmp_path):
    walls = (*(without_network() or ()), *(as_nobody_special() or ()))
    limits = "ulimit -n 64; umask 000; exec <&- >&- 2>&-"
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "TZ": FAR_EAST, "HOME": NOWHERE, "MPLCONFIGDIR": NOWHERE}
    assert two_steps(records, tmp_path, code=read_only, first=limits, through=walls, **poor) == expected


def test_what_cannot_be_told_is_one_line_and_a_status(tmp_path):
    done = run("registers", "--out", tmp_path / "registers.xlsx", first="exec >/dev/full")
    assert (done.returncode, done.stderr) == (1, "registers: [Errno 28] No space left on device\n")


def test_make_gives_a_home_where_there_is_none(project, tmp_path):
    asked = tmp_path / "asked"
    asked.write_text('#!/bin/sh\nprintf %s "$HOME"\n')
    asked.chmod(0o755)
    assert make(project, "lab", f"PY={asked}", HOME=NOWHERE).stdout == str(project / "build" / "home")
    assert (project / "build" / "home").is_dir()


@pytest.fixture(scope="module")
def locales(tmp_path_factory) -> Path:
    """Return a folder with locales, made of the definitions that this machine has."""
    folder = tmp_path_factory.mktemp("locales")
    maker = shutil.which("localedef")
    for name in LOCALES if maker else ():
        language, encoding = name.split(".")
        subprocess.run([maker, "-i", language, "-f", encoding, folder / name], capture_output=True, check=False)
    return folder


@pytest.mark.validation
@pytest.mark.parametrize("name", LOCALES)
def test_the_same_bytes_in_another_language(name, locales, records, expected, drawn, tmp_path):
    started = tmp_path / "started"  # what some desktops and tools do for every Python: take the user's locale over
    started.mkdir()
    (started / "sitecustomize.py").write_text("import locale\nlocale.setlocale(locale.LC_ALL, '')\n")
    given = {"LC_ALL": name, "LOCPATH": str(locales), "PYTHONPATH": f"{started}:{ROOT / 'src'}"}
    asks = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.localeconv()['decimal_point'])"
    asked = [sys.executable, "-c", asks]
    mark = subprocess.run(asked, env={**BARE, **given}, capture_output=True, text=True, check=False).stdout.strip()
    if not mark:
        pytest.skip(f"this machine has no definition of {name}")
    assert mark == LOCALES[name]
    assert three_steps(records, tmp_path / "to", **given) == expected | drawn


@pytest.mark.validation
@pytest.mark.parametrize(
    ("first", "given"),
    [
        ("", {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}),
        ("", {"TZ": FAR_EAST}),
        ("", {"TZ": FAR_WEST}),
        ("", {"MPLCONFIGDIR": NOWHERE, "HOME": NOWHERE}),
        ("ulimit -n 64", {}),
        ("exec <&- >&- 2>&-", {}),
    ],
    ids=["ascii", "far east", "far west", "no place for settings", "few files", "no streams"],
)
def test_the_same_bytes_with_one_thing_against_it(first, given, records, expected, drawn, tmp_path):
    assert three_steps(records, tmp_path, first=first, **given) == expected | drawn


@pytest.mark.validation
@pytest.mark.skipif(as_a_stranger() is None, reason="only root can become a user without an account")
def test_the_same_bytes_for_a_user_without_a_name_or_a_home(records, expected, drawn, tmp_path):
    assert three_steps(records, tmp_path / "to", through=as_a_stranger()) == expected | drawn
    done = run("notebooks/01_evidence", "--to", tmp_path / "executed.ipynb", through=as_a_stranger())
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "executed.ipynb").exists()  # its bytes are compared in test_offline.py
