"""Folder: copied under another name, checked as copied, described, and only then put in its place."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import pipeline
from analysis.importers import folders, outputs
from analysis.importers.faults import ExportError
from analysis.release import again, audit, checklist, checkout, contents, description, earlier
from analysis.release.faults import ReleaseError
from analysis.study import OUTPUTS, ROOT

RESTRICTED = pipeline.CANDIDATES.parent
RELEASES = OUTPUTS / "build" / "releases" if OUTPUTS == ROOT else OUTPUTS / "releases"
N_LETTERS = 12
DESCRIPTION, CHECKLIST = "release.json", "CHECKLIST.md"


def release(signed_by: str, to: Path | None = None, date: str | None = None) -> str:
    """Write what stands in the results as a release and return what was done.

    It goes to ``to``, or to a folder whose name follows from the files in it. Raises ``ReleaseError`` with every
    fault; then nothing is written, and nothing counts as released.
    """
    _refuse([*checkout.faults(ROOT), *contents.faults(OUTPUTS), *_faults_of_place(to)])
    with outputs.owner_only():
        new = outputs.beside((to.resolve() if to else RELEASES / "any").with_name("release"))
        try:
            name = _filled(new)
            described = description.described(new, ROOT, signed_by, date, earlier.names(RESTRICTED, but=name))
            _refuse(_faults(new, described))
            _describe(new, described)
            return _put(new, to or RELEASES / name, name, described)
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise ReleaseError(faults)


def _faults_of_place(to: Path | None) -> list[str]:
    """Return why git would see a release in ``to``: whoever commits it shares it before anybody has looked."""
    try:
        folders.checked(None, to)
    except ExportError as error:
        return [str(error).replace("ROOT=", "TO=", 1)]
    return []


def _filled(new: Path) -> str:
    """Copy the files into ``new``; return a name that follows from them."""
    digest = hashlib.sha256()
    for file in contents.files():
        content = (OUTPUTS / file).read_bytes()
        (new / file).parent.mkdir(parents=True, exist_ok=True)
        (new / file).write_bytes(content)
        digest.update(f"{file} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()[:N_LETTERS]


def _faults(new: Path, described: Mapping[str, Any]) -> list[str]:
    with tempfile.TemporaryDirectory() as empty:
        found = [*again.faults(new, ROOT, Path(empty))]
    guarded = [name for name, figure in described["figures"].items() if figure["origin"] != "published"]
    if not found:  # else the cells are not those of these files
        cells = audit.cells(pipeline.CANDIDATES, guarded)
        structures = {name: audit.structure(name) for name in audit.sharing(cells)}
        found += [*audit.faults(cells), *audit.faults_below(cells), *audit.faults_together(cells, structures)]
    origins = {name: figure["origin"] for name, figure in described["figures"].items()}
    return [*found, *earlier.faults(RESTRICTED, described["origin"], origins)]


def _describe(new: Path, described: Mapping[str, Any]) -> None:
    (new / DESCRIPTION).write_bytes(description.as_json(described))
    (new / CHECKLIST).write_text(checklist.text(described, contents.notebooks()), encoding="utf-8")


def _put(new: Path, place: Path, name: str, described: Mapping[str, Any]) -> str:
    """Record what is told, then tell it: were the second to fail, the next release would only be more careful."""
    is_there = place.exists()
    if is_there and not _is_same(new, place):
        raise ReleaseError([f"{place} is there already and holds something else: name another folder with TO=..."])
    figures = pd.DataFrame(described["figures"]).T.rename_axis("figure").reset_index()
    hashes = figures["figure"].map(lambda figure: described["files"][contents.numbers(figure)])
    earlier.record(RESTRICTED, name, figures.assign(numbers_sha256=hashes))
    if not is_there:
        new.rename(place)
    return _summary(described, place, is_there)


def _is_same(new: Path, place: Path) -> bool:
    """Return whether ``place`` holds what ``new`` does; the checklist may have been filled in there."""
    files = [{file.relative_to(folder) for file in folder.rglob("*") if file.is_file()} for folder in (new, place)]
    return files[0] == files[1] and all(
        (new / file).read_bytes() == (place / file).read_bytes() for file in files[0] - {Path(CHECKLIST)}
    )


def _summary(described: Mapping[str, Any], place: Path, is_there: bool) -> str:
    figures = described["figures"].values()
    done = "is there already, with these very files" if is_there else "was written"
    return (
        f"{place} {done}: {len(described['files'])} files, {len(figures)} figures, "
        f"{sum(figure['withheld'] for figure in figures)} rows with a number withheld; origin: {described['origin']}.\n"
        f"Before anybody else sees it, a person who did not make it goes through its {CHECKLIST} and signs."
    )
