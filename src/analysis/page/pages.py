"""Pages: what is written for readers from the figures, each in every language of the results."""

import importlib
from pathlib import Path

from analysis import country_steps
from analysis.languages import LANGUAGES, folder

PAGES = {  # name: its module here, its files; those of English stand among the figures, others in a folder below
    "index": ("index", ("index.html",)),
    "country_snapshot": ("snapshot", ("country_snapshot.html",)),
    "brief": ("brief", ("brief.html",)),
    "captions": ("captions", ("CAPTIONS.md",)),
}
DATA = {"country_snapshot": "country_snapshot_data.json"}  # of a page for programs, once for all languages
PRINTED = tuple(f"figures/{folder(language)}brief.pdf" for language in LANGUAGES)  # only where there is a browser
NEEDS = {  # steps without which a page is not made: it tells of published tables, which another country may not have
    "country_snapshot": "figures/country_snapshot",
    "brief": "estimates/country_snapshot",
}


def here() -> list[str]:
    """Return the names of the pages that the country has."""
    return [name for name in PAGES if NEEDS.get(name) not in country_steps.left_out()]


def files(name: str) -> list[str]:
    """Return the files of a page, in every language, by their place below the folder of results."""
    told = [f"figures/{folder(language)}{file}" for language in LANGUAGES for file in PAGES[name][1]]
    return [*told, *([f"figures/{DATA[name]}"] if name in DATA else [])]


def make(name: str, figures: Path, to: Path) -> None:
    """Write the page ``name`` of the figures in ``figures`` to the folder ``to`` in every language."""
    module_name, (file, *_) = PAGES[name]
    module = importlib.import_module(f"analysis.page.{module_name}")
    for language in LANGUAGES:
        module.make(figures, to / folder(language) / file, language)
    if name in DATA:
        module.make_data(figures, to / DATA[name])
