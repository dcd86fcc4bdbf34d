"""Whatever names a child, a family or a worker is fed to every importer and looked for in all that comes out.

Simulated exports of every system get a marked cell in every personal place that the tables of labels know, and in
places nobody knows: columns of an organisation's own, notes beside the tables, keys of the interface. Birth dates are
all the same leap day, which occurs nowhere else.
"""

import json
import re
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from analysis import __main__
from analysis.importers import detect, keys, labels, reading
from analysis.importers.faults import ExportError
from analysis.simulate import run

HERE = Path(__file__).parent
SEED, SCALE, N_ROWS = 20260104, 0.05, 25
BORN = "2004-02-29"
OF_A_FILE, OF_A_SHEET, OF_A_PLACE = "PRIVATE-file", "PRIVATE-sheet", "PLACENAME"
PERSONAL = re.compile(r"PRIVATE-(?!file|sheet|organisation)|ឯកជន|(?<![0-9A-Za-z.])0999\d{3}")  # a key may hold 0999
OWN_LABELS = ("Nickname at home", "ឈ្មោះហៅក្រៅ", "Mother's phone", "What the child told us", "Column 99")
OWN_KEYS = ("nickname_at_home", "ឈ្មោះហៅក្រៅ", "oscar_referral_note", "_created_by_full_name", "Name")
NAMES_OF_PLACES = ("name_latin", "name_km", "operator_name", "care_agency_name")


class Marked:
    """Writes marked cells and remembers what each stands for."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def text(self, place: str) -> str:
        number = len(self.places)
        kind = number % 4
        text = (f"PRIVATE-given-{number:06d}", f"ឯកជន{number:06d}", f"0999{number:06d}", f"PRIVATE-note {number}, sad")[
            kind
        ]
        self.places[text] = place
        return text

    def found_in(self, text: str) -> list[str]:
        """Return the places whose marks stand in a text, and "other" for marks of the exports themselves."""
        if not PERSONAL.search(text):
            return []
        return [place for mark, place in self.places.items() if mark in text] or ["other"]


@pytest.fixture(scope="module")
def mutations():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        yield import_module("mutations")


@pytest.fixture(scope="module")
def marked():
    return Marked()


@pytest.fixture(scope="module")
def exports(tmp_path_factory, mutations, marked) -> Path:
    """Return a folder of exports with a mark in every personal place."""
    country = tmp_path_factory.mktemp("country") / "out"
    run.simulate(country, SEED, SCALE)
    folder = tmp_path_factory.mktemp("exports")
    for file in sorted((country / "exports").rglob("*.*")):
        if file.suffix in (".xlsx", ".csv", ".json") and file.name != run.MARK:
            (folder / file.name).write_bytes(fed(file, mutations, marked))
    (folder / "oscar-api-clients.json").rename(folder / f"{OF_A_FILE} of Sok.json")
    return folder


def fed(file: Path, mutations, marked: Marked) -> bytes:
    system = detect.importer_of(file).SYSTEM
    if file.suffix == ".json":
        export = mutations.from_json(file, N_ROWS)
        feed_records(export.records, system, marked)
        return mutations.written(export)
    if file.suffix == ".csv":
        export = mutations.from_csv(file, N_ROWS * 4)
    else:
        n_header = n_of_titles if system == "facility_list" else (lambda _: 1)
        export = mutations.from_workbook(file, n_header, N_ROWS)
    for table in export.tables:
        feed_table(table, system, marked, mutations)
    if file.suffix == ".xlsx":
        notes = [mutations.Row([marked.text("first row of a note sheet")] * 3, "header")]
        notes += [mutations.Row([None, marked.text("note sheet")], "data")]
        export.tables.append(mutations.Table(f"{OF_A_SHEET} notes", notes))
    return mutations.written(export)


def n_of_titles(rows: list[list[object]]) -> int:
    return next(at for at, row in enumerate(rows) if str(row[0]).strip("០១២៣៤៥៦៧៨៩0123456789.") == "")


def feed_table(table, system: str, marked: Marked, mutations) -> None:
    """Add every personal label of the kind of sheet and some of nobody's, and mark the cells under personal labels."""
    titles = [row for row in table.rows if row.kind == "title"]
    for row in titles[:1]:
        row.cells[0] = f"{row.cells[0]} {marked.text('title')}"
    grid = reading.Grid(Path(), table.name, tuple(reading.tidied(str(c or "")) for c in table.header.cells), 1)
    kinds = {kind: labels.matched(grid, system, kind) for kind in labels.kinds(system)}
    kind = min(kinds, key=lambda name: (len(kinds[name].unknown), -len(kinds[name].positions)))
    for field, change in {"birth_date": BORN, "date_of_birth": BORN, **dict.fromkeys(NAMES_OF_PLACES, "")}.items():
        for at in kinds[kind].positions.get(field, []):
            fill(table, at, lambda n, cell, change=change: change or (cell and f"{OF_A_PLACE} {n}"))
    listed = labels.aliases(system).filter(pl.col("sheet_kind") == kind, pl.col("handling") == "personal")["label"]
    there = {labels.normalised(label) for label in grid.header}
    width = max(len(row.cells) for row in table.rows)
    added = [*(label for label in listed.unique(maintain_order=True) if labels.normalised(label) not in there)]
    for number, label in enumerate([*added, *OWN_LABELS]):
        for row in table.rows:
            row.cells += [None] * (width + number - len(row.cells))
            cell = marked.text(f"{system}/{kind}/{label}") if row.kind == "data" and not is_total(row) else None
            row.cells.append(label if row is table.header else cell)


def is_total(row) -> bool:
    """Tell totals and repeated headers, which hold nothing about anybody."""
    return any(re.match(r"(?i)(sub-?)?total|សរុប|No\.$|ល\.រ", str(cell)) for cell in row.cells[:4])


def fill(table, at: int, change) -> None:
    for n, row in enumerate(row for row in table.rows if row.kind == "data" and not is_total(row)):
        if at < len(row.cells) and row.cells[at] not in (None, *table.header.cells):
            row.cells[at] = change(n, row.cells[at])


def feed_records(records: list[dict[str, object]], system: str, marked: Marked) -> None:
    """Add every personal key and some of nobody's to records, their envelopes and their subforms."""
    listed = labels.aliases(system).filter(pl.col("handling") == "personal")["label"].unique(maintain_order=True)
    machine = [label for label in listed if label == label.lower() and " " not in label] + list(OWN_KEYS)
    machine += ["given_name", "family_name", "local_given_name", "local_family_name", "reason_for_referral"]
    for record in records:
        inner = record.get("data") if isinstance(record.get("data"), dict) else record
        for holder in (record, inner, *(item for value in inner.values() for item in subforms_of(value))):
            holder.update({key: marked.text(f"{system}/{key}") for key in machine})
            holder["deep"] = {"name": [marked.text(f"{system}/deep")]}
            holder.update({key: BORN for key in ("date_of_birth",) if key in holder})
            holder.update({key: f"{OF_A_PLACE} 7" for key in ("care_agency_name",) if holder.get(key)})


def subforms_of(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# --- what comes out


@pytest.fixture(scope="module")
def outcome(exports, tmp_path_factory) -> Path:
    """Return the folder that an import of all marked exports leaves behind."""
    root = tmp_path_factory.mktemp("root")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(keys.VARIABLE, "k" * 64)
        assert __main__.main(["import", str(exports), "--to", str(root)]) == 0
    return root


def texts(root: Path) -> dict[str, str]:
    """Return each file of an import as text, every column of every table among them."""
    files = [file for file in root.rglob("*") if file.is_file()]
    return {
        file.relative_to(root).as_posix(): (
            pl.read_parquet(file).write_csv() if file.suffix == ".parquet" else file.read_text(encoding="utf-8")
        )
        for file in files
    }


def test_every_system_is_fed_in_every_personal_place(marked, outcome):
    """Or there is nothing to find."""
    fed_places = set(marked.places.values())
    for system in detect.SYSTEMS:
        assert sum(place.startswith(system) for place in fed_places) > len(OWN_LABELS), system
    written = texts(outcome)
    for table in ("cases", "children", "assessments", "placements", "follow_ups", "support", "referrals"):
        assert written[f"data/processed/imported/{table}.parquet"].count("\n") > 5, table
    for table in ("households", "household_members", "facility_list_rows"):
        assert written[f"data/processed/imported/{table}.parquet"].count("\n") > 5, table


def test_nothing_personal_stands_in_any_file_of_an_import(marked, outcome):
    leaks = {name: found for name, text in texts(outcome).items() if (found := marked.found_in(text))}
    assert leaks == {}


def test_names_of_places_stand_in_restricted_lists_only(outcome):
    naming = {name for name, text in texts(outcome).items() if OF_A_PLACE.lower() in text.lower()}
    assert naming == {"data/restricted/facility_names.csv", "data/restricted/facilities.csv"}


def test_names_of_partners_stand_in_restricted_lists_only(outcome):
    naming = {name for name, text in texts(outcome).items() if "private-organisation" in text.lower()}
    assert naming - {"data/restricted/organisations.csv"} == {"data/restricted/partner_evidence.csv"}


def test_names_of_files_stand_in_lists_for_the_holder_only(outcome):
    naming = {name for name, text in texts(outcome).items() if OF_A_FILE in text}
    assert naming <= {"data/restricted/files.csv", "data/processed/imported/rejected.csv"}


def test_names_of_sheets_stand_in_lists_for_the_holder_only(outcome):
    naming = {name for name, text in texts(outcome).items() if OF_A_SHEET in text}
    assert naming - {"data/processed/imported/rejected.csv"} == {"data/restricted/sheets.csv"}


def test_no_birth_day_leaves(outcome):
    born = [name for name, text in texts(outcome).items() if BORN in text]
    assert born == []
    assert "2004-02" in texts(outcome)["data/processed/imported/children.parquet"]


def test_no_id_of_a_system_stands_in_a_processed_table(exports, outcome):
    raw: set[str] = set()
    for file in exports.iterdir():
        tables = detect.importer_of(file).read(file).tables
        for frame in tables.values():
            ids = [name for name in frame.columns if name.endswith("_ref") or name in RAW_IDS]
            raw |= {text.split(":", 1)[-1] for name in ids for text in frame[name].drop_nulls().unique()}
    processed = {name: set(re.split(r'[,"\n|]', text)) for name, text in texts(outcome).items() if "processed" in name}
    assert len(raw) > 500
    assert {name: sorted(raw & cells)[:3] for name, cells in processed.items() if raw & cells} == {}


RAW_IDS = ("slug", "global_id", "case_uuid", "mosvy_number", "worker", "agency")


# --- what is said


def test_the_command_says_nothing_personal(exports, tmp_path, capfd, monkeypatch, marked):
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    assert __main__.main(["import", str(exports), "--to", str(tmp_path)]) == 0
    said = capfd.readouterr()
    assert said.err == ""
    assert marked.found_in(said.out) == []


def test_inspect_says_nothing_personal(exports, capfd, marked):
    files = sorted(map(str, exports.iterdir()))
    assert __main__.main(["inspect", *files]) == 0
    said = capfd.readouterr()
    assert said.err == ""
    assert said.out.count("rows") > len(files)
    assert BORN not in said.out
    assert [(line, marked.found_in(line)) for line in said.out.splitlines() if marked.found_in(line)] == []


def broken(file: Path, mutations) -> dict[str, bytes]:
    """Return a file in ways in which it is refused, each with content where a message could quote it."""
    content = file.read_bytes()
    if file.suffix == ".json":
        text = content.decode()
        middle = text.index("PRIVATE", len(text) // 2) + 10
        return {
            "unclosed.json": text[:middle].encode(),
            "bad escape.json": (text[:middle] + "\\x" + text[middle:]).encode(),
            "bad letter.json": content[:middle] + b"\xff" + content[middle:],
            "scalars.json": json.dumps([1, "PRIVATE-given-7", None]).encode(),
            "strings.json": re.sub(r'\[\s*\{"slug".*', '["PRIVATE-given-7"]', text, flags=re.DOTALL).encode(),
            "other keys.json": json.dumps([{"PRIVATE-given-7": "PRIVATE-given-8"}]).encode(),
        }
    if file.suffix == ".csv":
        lines = content.decode().splitlines(keepends=True)
        return {
            "headless.csv": "".join(lines[1:]).encode(),
            "long row.csv": "".join([*lines[:3], ";PRIVATE-given-7,PRIVATE-given-7" * 200 + "\n", *lines[3:]]).encode(),
            "open quote.csv": ("".join(lines[:3]) + '"PRIVATE-given-7' + "".join(lines[3:])).encode(),
            "latin.csv": content + "PRIVATE-é".encode("latin-1"),
        }
    export = mutations.from_workbook(file, lambda _: 1, N_ROWS)
    for table in export.tables:
        table.rows = [row for row in table.rows if any(mutations.is_marked(str(cell)) for cell in row.cells)][:10]
    return {"headless.xlsx": mutations.written(export), "cut.xlsx": content[: len(content) // 2]}


def test_no_refusal_quotes_what_is_personal(exports, tmp_path, capfd, monkeypatch, mutations, marked):
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    n_refused = 0
    for file in sorted(exports.iterdir()):
        for name, content in broken(file, mutations).items():
            folder = tmp_path / file.name / name
            folder.mkdir(parents=True)
            (folder / name).write_bytes(content)
            n_refused += __main__.main(["import", str(folder), "--to", str(tmp_path / "root")]) == 1
            __main__.main(["inspect", str(folder / name)])
            said = capfd.readouterr()
            assert "not foreseen" not in said.err, (file.name, name, said.err)
            assert marked.found_in(said.err + said.out) == [], (file.name, name, said)
    assert n_refused > 40


def test_a_fault_nobody_foresaw_says_nothing_personal(exports, tmp_path, capfd, monkeypatch, marked):
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    monkeypatch.setattr(labels, "matched", lambda *_: 1 / len("PRIVATE-given-7"[:0]))
    for arguments in (["import", str(exports), "--to", str(tmp_path)], ["inspect", *map(str, exports.iterdir())]):
        assert __main__.main(arguments) == 1
    said = capfd.readouterr()
    assert "ZeroDivisionError" in said.err
    assert marked.found_in(said.err + said.out) == []


def test_a_leak_would_be_found(marked):
    place = marked.text("a test")
    assert marked.found_in(f"... {place} ...") == ["a test"]
    assert marked.found_in("0999123456") == ["other"]
    assert marked.found_in("nothing of the kind") == []
    with pytest.raises(ExportError):
        raise ExportError("as real as any")
