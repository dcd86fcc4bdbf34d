"""The exports of Primero: the agencies that use it are shared out over its four shapes of file.

An agency of prevention writes a file of its own behind them.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from analysis.simulate import prevention
from analysis.simulate.exports import primero_expected, primero_findings
from analysis.simulate.exports.primero_cases import PrimeroCases, stored
from analysis.simulate.exports.primero_csv import guarded, write_csv
from analysis.simulate.exports.primero_file import PrimeroFile, laid_out, without_subforms
from analysis.simulate.exports.primero_json import text_scores, write_version_2
from analysis.simulate.exports.primero_v1 import as_version_1, other_names, write_version_1
from analysis.simulate.exports.primero_xlsx import as_workbook, cut_tabs, joined_cells, write_xlsx
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study

FILES = ("primero-cases-v2.json", "primero-cases-v1.json", "primero-cases.csv", "primero-cases.xlsx")
OF_PREVENTION = "primero-cases-prevention.json"
RECORD_TAB = "Record Information"


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write the files of Primero into ``folder`` and note in ``planted``, under ``prefix``, what stands in them."""
    faults = parameters.faults.primero
    is_prevention = world.cases["agency"].str.startswith(prevention.AGENCY)
    cases = stored(replace(world, cases=world.cases[~is_prevention]), faults, rng)
    writers = (_version_2, _version_1, _csv, _xlsx)
    for name, agencies, write_file in zip(FILES, shares(cases.cases["agency"]), writers, strict=True):
        if agencies:
            write_file(folder / name, prefix + name, cases.of(agencies), planted, faults, rng)
    if is_prevention.any():
        others = stored(replace(world, cases=world.cases[is_prevention]), faults, rng)
        _version_2(folder / OF_PREVENTION, prefix + OF_PREVENTION, others, planted, faults, rng)


def shares(agencies: pl.Series) -> list[list[str]]:
    """Return which agencies export which file: the largest first, each to the file with the fewest cases so far."""
    sizes = agencies.value_counts().sort(["count", "agency"], descending=[True, False])
    found: list[list[str]] = [[] for _ in FILES]
    filled = [0] * len(FILES)
    for agency, n in sizes.iter_rows():
        smallest = filled.index(min(filled))
        found[smallest].append(agency)
        filled[smallest] += n
    return found


def _version_2(
    path: Path, name: str, part: PrimeroCases, planted: Planted, faults: Study, rng: np.random.Generator
) -> None:
    file = laid_out(name, part, "", 1, faults, rng)
    write_version_2(path, file)
    _note(planted, file, _places() | primero_findings.local_codes() | text_scores(), arrays=True)
    primero_findings.note_local_reasons(planted, file)


def _version_1(
    path: Path, name: str, part: PrimeroCases, planted: Planted, faults: Study, rng: np.random.Generator
) -> None:
    file = as_version_1(laid_out(name, part, "", 1, faults, rng))
    write_version_1(path, file)
    whole = _places() | primero_findings.local_codes() | text_scores() | other_names(file)
    _note(planted, file, whole, arrays=True)


def _csv(path: Path, name: str, part: PrimeroCases, planted: Planted, faults: Study, rng: np.random.Generator) -> None:
    file = without_subforms(laid_out(name, part, "", 2, faults, rng))
    write_csv(path, file)
    _note(planted, file, _places() | primero_findings.local_codes() | guarded(), arrays=True, names=True)


def _xlsx(path: Path, name: str, part: PrimeroCases, planted: Planted, faults: Study, rng: np.random.Generator) -> None:
    file = as_workbook(laid_out(name, part, RECORD_TAB, 2, faults, rng), faults, rng)
    write_xlsx(path, file)
    _note(planted, file, _places() | joined_cells(), arrays=False, names=True)
    for tab, table in cut_tabs():
        planted.fault(name, tab, None, table=table, column="", check="T32", action="undone")


def _places() -> dict[tuple[str, str, str], pl.Expr]:
    return {("case_records", "province_code", "T21"): primero_findings.lost_zero()}


def _note(
    planted: Planted,
    file: PrimeroFile,
    whole: dict[tuple[str, str, str], pl.Expr],
    *,
    arrays: bool,
    names: bool = False,
) -> None:
    primero_findings.note_rows(planted, file, names_are_seen=names, is_double_encoded=arrays)
    primero_findings.note_columns(planted, file, whole)
    for table, rows in primero_expected.tables(file).items():
        planted.expect(file.name, table, rows)
