"""One step of the pipeline: its inputs from its signature, its frame checked, its file written.

The names of a ``build`` function's arguments are its inputs: tables, raw resources, ``study`` (the choices),
``rng`` (a generator seeded from the study and the step's name), ``gazetteer``, ``boundaries``, ``simulator`` (makes
countries whose numbers are known), and the restricted lists ``case_facilities``, ``facility_names``,
``facility_matches`` and ``partner_evidence``.
"""

import importlib
import inspect
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis import country, country_steps, in_parts, restricted, sources, store
from analysis import study as choices
from analysis.contract import Table
from analysis.study import OUTPUTS, ROOT

if TYPE_CHECKING:  # else only where a step needs them: who asks for names and places waits for none of these
    import numpy as np
    import pandas as pd

    from analysis import disclosure

FIGURES = OUTPUTS / "figures"
WITHHELD = OUTPUTS / "data" / "processed" / "withheld"  # which counts were withheld, and by which rule
CANDIDATES = OUTPUTS / "data" / "restricted" / "candidates"  # the exact counts behind what a release would tell
RELEASED = OUTPUTS / "data" / "restricted" / "released"  # the exact counts behind what was released


def module_of(step: str) -> ModuleType:
    """Return the module of a step such as ``features/provinces`` or ``figures/care_rates``."""
    return importlib.import_module("analysis." + step.replace("/", "."))


def inputs_of(build: "Callable[..., pd.DataFrame]") -> list[str]:
    """Return the names of a step's inputs, in the order of its signature."""
    return list(inspect.signature(build).parameters)


def tables_of(build: "Callable[..., pd.DataFrame]") -> list[str]:
    """Return the names of those inputs of a step that are tables of the project."""
    others = {"study", "rng", "gazetteer", "boundaries", "simulator", *sources.names(), *restricted.names()}
    return [name for name in inputs_of(build) if name not in others]


def generator(step: str) -> "np.random.Generator":
    """Return the random generator of a step: its own, so that adding a step changes no other's numbers."""
    import numpy as np

    return np.random.default_rng([choices.load().seed, zlib.crc32(step.encode())])


def make_table(step: str, file: Path) -> None:
    """Build the table ``step`` (``stage/name``), check it against its contract and write it to ``file``.

    One whose ``build`` yields frames is made, checked and written a part at a time.
    """
    name = step.rpartition("/")[2]
    module = module_of(step)
    made, origin = _built(module.build, step)
    if isinstance(made, Iterator):
        in_parts.write(made, module.TABLE, name, file, origin)
        return
    checked = _validated(module.TABLE, made, name, module.build)
    del made  # one copy less while it is written
    store.write(checked, file, origin)


def gated(name: str) -> "tuple[disclosure.Released, str]":
    """Return what the gate makes of the numbers of the figure ``name``, after earlier releases, and their origin."""
    import pandas as pd

    from analysis import disclosure

    module = module_of(f"figures/{name}")
    frame, origin = _built(module.build, f"figures/{name}")
    numbers = _validated(module.NUMBERS, frame, name, module.build)
    earlier = pd.read_csv(RELEASED / f"{name}.csv") if (RELEASED / f"{name}.csv").exists() else None
    return disclosure.publishable(numbers, module.NUMBERS, name, origin, earlier), origin


def make_numbers(name: str, file: Path) -> None:
    """Build the numbers of the figure ``name``, pass them through the gate and write them to ``file`` as CSV.

    What was withheld of numbers from records, and the exact counts behind them, stay in ``data``.
    """
    from analysis import disclosure

    released, origin = gated(name)
    if origin in disclosure.GUARDED:
        store.replace(WITHHELD / f"{name}.csv", _csv(released.log))
        store.replace(CANDIDATES / f"{name}.csv", _csv(released.cells))
    store.replace(file, _csv(released.numbers))


def read_numbers(name: str, figures: Path = FIGURES) -> "pd.DataFrame":
    """Return the published numbers of the figure ``name``, typed, with the column ``origin``."""
    import pandas as pd

    text = pd.read_csv(figures / f"{name}.csv", dtype="str", keep_default_na=False)
    numbers = module_of(f"figures/{name}").NUMBERS.as_published().validated(text.drop(columns="origin"), name)
    return numbers.assign(origin=text["origin"].iloc[0])


def make_picture(name: str, folder: Path) -> None:
    """Draw the figure ``name`` from its published CSV alone, in every language of the country.

    Writes ``.png`` and ``.svg``, its words in ``.json``, and the drawing of its axes for pages below ``inline``.
    """
    from analysis import languages

    numbers = read_numbers(name)
    for language in languages.LANGUAGES:
        for file, content in _pictured(name, numbers, language).items():
            store.replace(folder / languages.folder(language) / file, content)


def _pictured(name: str, numbers: "pd.DataFrame", language: str) -> dict[str, bytes]:
    """Return the files of a figure in one language by their names."""
    from analysis import charts
    from analysis.languages import speech

    module, origin = module_of(f"figures/{name}"), numbers["origin"].iloc[0]
    extra = [sources.read_boundaries()] if "boundaries" in inputs_of(module.draw) else []  # a map needs outlines
    with charts.style(), speech.letters(language):
        told = speech.Told(module.words(numbers), module.draw(numbers, *extra), language)
        figure = charts.finish(told.figure, told.words, origin, told.said, told.note)
        files = {f"{name}{suffix}": content for suffix, content in charts.rendered(figure).items()}
        files[f"inline/{name}.svg"] = charts.inline(figure, name)
    drawn_from = {"origin": origin, "numbers_sha256": sources.sha256(FIGURES / f"{name}.csv")}
    sidecar = {"name": name, **told.words.as_dict(), **drawn_from, **told.translation}
    return files | {f"{name}.json": (json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n").encode()}


def _built(build: "Callable[..., pd.DataFrame]", step: str) -> "tuple[pd.DataFrame, str]":
    """Return a step's frame and its origin, the most guarded of its inputs' origins.

    Raises ``ValueError`` for a step that the country goes without.
    """
    if why := country_steps.left_out().get(step):
        raise ValueError(f"left out in {country.NAME}: {why}")
    found = {name: _input(name, step) for name in inputs_of(build)}
    frame = build(**{name: value for name, (value, _) in found.items()})
    return frame, store.most_guarded(origin for _, origin in found.values() if origin)


def _input(name: str, step: str) -> tuple[Any, str | None]:
    if name == "study":
        return choices.load(), None
    if name == "rng":
        return generator(step), None
    if name == "gazetteer":
        return sources.read_gazetteer(), "published"
    if name == "boundaries":
        return sources.read_boundaries(), "published"
    if name == "simulator":
        from analysis.simulate import parameters, sampled_countries  # only where it is asked for

        return sampled_countries.Simulator(parameters.load()), "simulated"
    if name in sources.names():
        return sources.read(name), "published"
    if name in restricted.names():
        return restricted.read(name), restricted.origin()
    return in_parts.read(name), store.origin(name)


def _csv(frame: "pd.DataFrame") -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _validated(table: Table, frame: "pd.DataFrame", name: str, build: "Callable[..., pd.DataFrame]") -> "pd.DataFrame":
    raw = [str(sources.path(i).relative_to(ROOT)) for i in inputs_of(build) if i in sources.names()]
    return table.validated(frame, name, ", ".join(raw))
