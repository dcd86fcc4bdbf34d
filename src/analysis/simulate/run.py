"""A run of the simulator: blocks of a country, written as exports and beside them the truth.

``OUT/exports`` holds the files as the systems write them, ``OUT/truth`` what is true and what was planted. A block is
drawn, written and forgotten before the next, so memory does not grow with the scale.
"""

import hashlib
import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from analysis import country
from analysis.importers import outputs
from analysis.simulate import block, parameters
from analysis.simulate.exports import (
    facility_lists,
    facility_screening,
    household_recodes,
    kobo,
    oscar,
    primero,
    registers,
)
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study, as_json

N_DECIMALS = 9  # of what is true: the last digits beyond differ between processors
MARK = "SIMULATED.json"  # what tells a folder of exports from real records


EVERY_WRITER = {
    "oscar": oscar.write,
    "primero": primero.write,
    "kobo": kobo.write,
    "facility_lists": facility_lists.write,
    "facility_screening": facility_screening.write,
    "household_recodes": household_recodes.write,
    "registers": registers.write,
}
WRITERS = {system: writer for system, writer in EVERY_WRITER.items() if system in country.SYSTEMS}


class SimulationError(ValueError):
    """A simulation that cannot be run as asked."""


def simulate(out: Path, seed: int, scale: float) -> None:
    """Write a simulated country to ``out``: ``exports`` and ``truth``; the same seed gives the same bytes.

    ``scale`` 1 is one whole country; a larger scale is that many countries, rounded up, a smaller one a part of it.
    An earlier simulation in ``out`` is replaced at the end, all at once. Raises ``SimulationError`` for a scale not
    above 0, a negative seed, and an ``out`` that holds anything else.
    """
    if not (math.isfinite(scale) and scale > 0):
        raise SimulationError(f"the scale is {scale}; give a number above 0 (1 is a whole country)")
    if seed < 0:
        raise SimulationError(f"the seed is {seed}; give a whole number from 0")
    _refuse_foreign(out)
    working = outputs.beside(out)
    try:
        _write_all(working, parameters.load(), seed, scale)
        _put(working, out)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _refuse_foreign(out: Path) -> None:
    """Raise ``SimulationError`` if ``out`` exists and is neither empty nor an earlier simulation and nothing else."""
    if not out.exists() and not out.is_symlink():
        return
    if out.is_symlink() or not out.is_dir():
        found = "is not a folder"
    elif not any(out.iterdir()) or _is_simulation(out):
        return
    else:
        found = "holds files that the simulator did not write"
    raise SimulationError(
        f"{out} {found}; nothing was changed. Name a folder that does not exist yet, or an earlier simulation"
    )


def _is_simulation(out: Path) -> bool:
    """Return whether ``out`` is an earlier simulation to which nobody has added a file."""
    try:
        listed = set(json.loads((out / "exports" / MARK).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, LookupError, TypeError):
        return False
    added = {name for name, _ in _files(out / "exports")} - listed - {MARK}
    return not added and {path.name for path in out.iterdir()} <= {"exports", "truth"}


def _write_all(folder: Path, numbers: Study, seed: int, scale: float) -> None:
    for part in range(1, math.ceil(scale) + 1):
        _write_block(folder, numbers, seed, part, min(1.0, scale))
    _write_json(folder / "truth" / "parameters.json", {"seed": seed, "scale": scale, "parameters": as_json(numbers)})
    files = {name: _sha256(file) for name, file in _files(folder / "exports")}
    _write_json(folder / "exports" / MARK, {"seed": seed, "scale": scale, "files": files})


def _write_block(folder: Path, numbers: Study, seed: int, part: int, size: float) -> None:
    name = f"part-{part:04d}"
    rng_of, planted = block.generators(seed, part), Planted()
    world = block.build(numbers, seed, part, size)
    exports, truth = folder / "exports" / name, folder / "truth" / name
    exports.mkdir(parents=True)
    for system, writer in WRITERS.items():
        writer(world, exports, f"{name}/", planted, numbers, rng_of(f"exports/{system}"))
    planted.write(truth)
    _write_truth(world, truth)


def _write_truth(world: World, folder: Path) -> None:
    for field in fields(world):
        frame = getattr(world, field.name)
        rounded = frame.round(dict.fromkeys(frame.select_dtypes("float").columns, N_DECIMALS))
        rounded.to_parquet(folder / f"{field.name}.parquet", index=False)


def _put(working: Path, out: Path) -> None:
    """Let ``out`` hold what ``working`` holds: by renaming, so that no half simulation is ever seen."""
    working.chmod(0o755)
    if not out.exists():
        working.rename(out)
        return
    earlier = out.with_name(f"{working.name}-old")
    out.rename(earlier)
    try:
        working.rename(out)
    except OSError:
        earlier.rename(out)
        raise
    shutil.rmtree(earlier)


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = sorted(file for file in folder.rglob("*") if file.is_file())
    return [(file.relative_to(folder).as_posix(), file) for file in found]


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write_json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
