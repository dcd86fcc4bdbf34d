"""Contents: the files that a release holds, by their place below the folder of results."""

from pathlib import Path

from analysis import country_steps
from analysis.languages import LANGUAGES, folder
from analysis.page import pages
from analysis.study import ROOT

DRAWN = (".png", ".svg", ".json")


def figures() -> list[str]:
    """Return the names of the figures that the country has."""
    modules = (file.stem for file in (ROOT / "src" / "analysis" / "figures").glob("[!_]*.py"))
    return sorted(name for name in modules if f"figures/{name}" not in country_steps.left_out())


def numbers(name: str) -> str:
    """Return the file with the numbers of the figure ``name``."""
    return f"figures/{name}.csv"


def pictures(name: str) -> list[str]:
    """Return the files drawn from the numbers of the figure ``name``, in every language."""
    drawn = (*(f"{name}{suffix}" for suffix in DRAWN), f"inline/{name}.svg")
    return [f"figures/{folder(language)}{file}" for language in LANGUAGES for file in drawn]


def sidecar(name: str) -> str:
    """Return the file with the words of the figure ``name``, which says from which numbers it was drawn."""
    return f"figures/{name}.json"


def of_figure(name: str) -> list[str]:
    """Return the files of the figure ``name``."""
    return [numbers(name), *pictures(name)]


def notebooks() -> list[str]:
    """Return the executed notebooks that the country has."""
    named = (f"notebooks/{source.stem}" for source in (ROOT / "notebooks").glob("[0-9]*.py"))
    return sorted(f"{name}.ipynb" for name in named if name not in country_steps.left_out())


def of_pages() -> list[str]:
    """Return the files of the pages, but those that a browser prints."""
    return [file for name in pages.here() for file in pages.files(name)]


def files() -> list[str]:
    """Return every file of a release but the two that describe it."""
    return sorted([*(file for name in figures() for file in of_figure(name)), *of_pages(), *notebooks()])


def faults(outputs: Path) -> list[str]:
    """Return which files are missing below ``outputs``, and which stand among the figures and are none."""
    missing = [file for file in files() if not (outputs / file).is_file()]
    present = sorted(file for file in (outputs / "figures").rglob("*") if not file.is_dir())
    known = {*files(), *pages.PRINTED}
    unknown = [file for file in present if file.relative_to(outputs).as_posix() not in known]
    return [
        *(f"{file} is missing: make it with make" for file in missing),
        *(f"{file.relative_to(outputs)} is no file that make writes: remove it" for file in unknown),
    ]
