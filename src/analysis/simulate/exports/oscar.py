"""The OSCaR side of the exports: workbooks of each agency, the donor's workbook, the API's JSON, a filled template."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from analysis.simulate.exports import (
    oscar_api,
    oscar_assessments,
    oscar_client_workbook,
    oscar_clients,
    oscar_donor,
    oscar_families,
    oscar_notes,
    oscar_people,
    oscar_streams,
    oscar_template,
)
from analysis.simulate.exports.oscar_client_workbook import Style
from analysis.simulate.exports.oscar_sheets import PrintedSheet, plant
from analysis.simulate.exports.oscar_stored import Stored, stored
from analysis.simulate.exports.workbook import write_workbook
from analysis.simulate.planted import Planted
from analysis.simulate.world import World
from analysis.study import Study


def write(
    world: World, folder: Path, prefix: str, planted: Planted, parameters: Study, rng: np.random.Generator
) -> None:
    """Write all OSCaR files of one block into ``folder`` and note what stands in them.

    The noted file names begin with ``prefix`` (``part-0001/``).
    """
    faults = parameters.faults.oscar
    held = stored(world, faults, rng)
    styles = [_style(agency, i) for i, agency in enumerate(held.clients["agency"].unique(maintain_order=True))]
    _write_clients(held, styles, faults, rng, _Files(folder, prefix, planted))
    _write_families(held, styles, _Files(folder, prefix, planted))
    _write_donor(held, styles, faults, rng, _Files(folder, prefix, planted))
    _write_api(held, faults, rng, _Files(folder, prefix, planted))
    _write_template(held, styles, faults, rng, _Files(folder, prefix, planted))


class _Files:
    """Where the files of a block go and where their contents are noted."""

    def __init__(self, folder: Path, prefix: str, planted: Planted) -> None:
        self.folder, self.prefix, self.planted = folder, prefix, planted

    def workbook(self, name: str, sheets: Sequence[PrintedSheet]) -> None:
        """Write a workbook of these sheets and note its content."""
        write_workbook(self.folder / name, [sheet.as_rows() for sheet in sheets])
        self.note(name, sheets)

    def note(self, name: str, sheets: Sequence[PrintedSheet]) -> None:
        """Note what a reader of ``name`` finds in these sheets."""
        for sheet in sheets:
            plant(self.planted, self.prefix + name, sheet)


def _style(agency: str, number: int) -> Style:
    """Return how an agency keeps its files: two in eleven in the old format, one in Khmer, one with own labels."""
    return Style(
        agency=agency,
        suffix=".xls" if number % 4 == 3 else ".xlsx",
        is_khmer=number % 11 == 1,
        is_renamed=number % 11 == 2,
        shows_domains=number % 11 == 4,
        has_own_assessment=number % 4 == 1,
        has_forms=number % 3 == 0,
        shows_codes=number % 11 == 2,
    )


def _languages(styles: Sequence[Style]) -> pl.DataFrame:
    return pl.DataFrame({"agency": [s.agency for s in styles], "is_khmer": [s.is_khmer for s in styles]})


def _write_clients(
    held: Stored, styles: Sequence[Style], faults: Study, rng: np.random.Generator, files: _Files
) -> None:
    hits = oscar_clients.hits_of(held.clients, faults, rng)
    clients = oscar_clients.client_rows(held, _languages(styles), hits)
    names = clients.select("slug", "given_latin", "family_latin")
    notes = oscar_notes.notes(held, _languages(styles), faults, rng)
    csi, own = oscar_assessments.csi(held, faults, rng), oscar_assessments.own(held, rng)
    for style in styles:
        of = [rows.filter(pl.col("agency") == style.agency) for rows in (clients, notes, csi, own)]
        first = oscar_client_workbook.first_sheet(of[0], held, style)
        further = oscar_client_workbook.long_sheets(held, style, names, *of[1:])
        files.workbook(f"client_report-{style.agency}{style.suffix}", [first, *further])


def _write_families(held: Stored, styles: Sequence[Style], files: _Files) -> None:
    for style in styles:
        families = held.families.filter(pl.col("agency") == style.agency)
        files.workbook(f"family_report-{style.agency}{style.suffix}", [oscar_families.sheet(families, style)])


def _write_donor(held: Stored, styles: Sequence[Style], faults: Study, rng: np.random.Generator, files: _Files) -> None:
    english = _languages(styles).with_columns(is_khmer=pl.lit(False))
    rows = oscar_clients.client_rows(held, english, {})
    streams, programmes = oscar_streams.sheet(held, faults, rng)
    clients = oscar_donor.clients_sheet(rows, held, programmes, faults, rng)
    files.workbook("clients-end-line-data.xlsx", [clients, streams, oscar_donor.families_sheet(held.families)])


def _write_api(held: Stored, faults: Study, rng: np.random.Generator, files: _Files) -> None:
    name = "oscar-api-clients.json"
    records = oscar_api.record_sheet(held, faults, rng)
    oscar_api.write_records(files.folder / name, records)
    files.note(name, [records])


def _write_template(
    held: Stored, styles: Sequence[Style], faults: Study, rng: np.random.Generator, files: _Files
) -> None:
    """Write the template of the agency with the fewest clients."""
    sizes = held.clients.group_by("agency", maintain_order=True).len().sort("len", maintain_order=True)
    agency = sizes["agency"][0]
    clients = oscar_people.known_of(held).filter(pl.col("agency") == agency)
    families = held.families.filter(pl.col("agency") == agency)
    sheets = [
        oscar_template.users_sheet(),
        oscar_template.families_sheet(families),
        oscar_template.clients_sheet(clients, faults, rng),
    ]
    files.workbook(f"import-template-{agency}.xlsx", sheets)
