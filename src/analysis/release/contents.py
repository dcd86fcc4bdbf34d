"""Contents: the files that a release holds, by their place below the folder of results."""

from pathlib import Path

from analysis.study import ROOT

DRAWN = (".png", ".svg", ".json")
PAGE = "figures/index.html"


def figures() -> list[str]:
    """Return the names of all figures."""
    return sorted(file.stem for file in (ROOT / "src" / "analysis" / "figures").glob("[!_]*.py"))


def numbers(name: str) -> str:
    """Return the file with the numbers of the figure ``name``."""
    return f"figures/{name}.csv"


def pictures(name: str) -> list[str]:
    """Return the files drawn from the numbers of the figure ``name``; the last says from which."""
    return [f"figures/{name}{suffix}" for suffix in DRAWN]


def of_figure(name: str) -> list[str]:
    """Return the files of the figure ``name``."""
    return [numbers(name), *pictures(name)]


def notebooks() -> list[str]:
    """Return the executed notebooks."""
    return sorted(f"notebooks/{source.stem}.ipynb" for source in (ROOT / "notebooks").glob("[0-9]*.py"))


def files() -> list[str]:
    """Return every file of a release but the two that describe it."""
    return sorted([*(file for name in figures() for file in of_figure(name)), PAGE, *notebooks()])


def faults(outputs: Path) -> list[str]:
    """Return which files are missing below ``outputs``, and which stand among the figures and are none."""
    missing = [file for file in files() if not (outputs / file).is_file()]
    present = sorted(file for file in (outputs / "figures").rglob("*") if not file.is_dir())
    unknown = [file for file in present if file.relative_to(outputs).as_posix() not in files()]
    return [
        *(f"{file} is missing: make it with make" for file in missing),
        *(f"{file.relative_to(outputs)} is no file that make writes: remove it" for file in unknown),
    ]
