"""What must hold for every mutant of an export: it is read or refused in one message, nothing is lost, nothing leaks.

As a program, ``fuzzing.py N EXPORTS FOLDER`` tries N mutants of each system made from the exports below EXPORTS, in
processes of their own (``fuzzing.py SYSTEM FIRST LAST EXPORTS FOLDER``): a reader that hangs or takes the process with
it has failed too. It prints one JSON object: how many were tried and read by system, how often each mutation was
tried, and every failure.
"""

import contextlib
import faulthandler
import io
import json
import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import mutations
import numpy as np
import polars as pl
from mutations import Export, Mutant, is_marked

from analysis import __main__, store
from analysis.importers import as_read, detect, keyed, keys
from analysis.importers import inspect as inspection
from analysis.importers.faults import ExportError
from analysis.importers.findings import Found

SEED = 20260101
SYSTEMS = ("oscar", "donor_workbook", "primero", "kobo", "facility_list", "registers")
EVERY = 50  # mutants: one is imported as a user does it, the others are only read
EVERY_INSPECTED = 25
SECONDS_TO_HANG = 60
SHARE, N_PROCESSES = 250, 2
N_ROWS = {"oscar": 8, "donor_workbook": 12, "primero": 8, "kobo": 20, "facility_list": 30, "registers": 12}
LISTS = ("inspection", "mapping", "key-informants", "estimation")
OTHER = "list of facilities.xlsx"  # a sound export beside the mutant
OF_DESIGN = {"survey_stratum", "survey_cluster", "sample_stratum"}  # one short word of any kind, as written
RESTRICTED_NAMES = {"facility_name", "name_latin", "name_km", "operator_name", "agency", "funder", "org_name"}
RESTRICTED_NAMES |= {"reviewer_role"}


def templates(system: str, exports: Path) -> list[Export]:
    """Return small exports of a system, taken from simulated ones below ``exports``."""
    n_rows = N_ROWS[system]
    files = sorted(file for file in exports.rglob("*") if file.is_file())
    of_system = [file for file in files if _system_of(file.name) == system]
    read = {".xlsx": lambda f: mutations.from_workbook(f, _n_header(system), n_rows)}
    read |= {".csv": lambda f: mutations.from_csv(f, n_rows), ".json": lambda f: mutations.from_json(f, n_rows)}
    return [read[file.suffix](file) for file in _one_of_each(of_system) if file.suffix in read]


def _one_of_each(files: list[Path]) -> list[Path]:
    """Return the largest file of each kind: agencies write the same kind of workbook under their own names."""
    largest: dict[str, Path] = {}
    for file in sorted(file for file in files if file.suffix != ".xls"):
        kind = file.name.split("-ngo")[0]
        largest[kind] = max(largest.get(kind, file), file, key=lambda f: f.stat().st_size)
    return list(largest.values())


def _system_of(name: str) -> str:
    starts = {"clients-end-line": "donor_workbook", "primero": "primero", "household": "kobo", "family-risk": "kobo"}
    starts |= dict.fromkeys(("client_report", "family_report", "oscar-api", "import-template"), "oscar")
    starts |= dict.fromkeys(LISTS, "facility_list") | dict.fromkeys(("registers", "cost-lines"), "registers")
    return next((system for start, system in starts.items() if name.startswith(start)), "")


def _n_header(system: str) -> Callable[[list[list[mutations.Cell]]], int]:
    return _n_rows_of_titles if system == "facility_list" else lambda _: 1


def _n_rows_of_titles(rows: list[list[mutations.Cell]]) -> int:
    """Return how many rows titles and header of a facility list take: up to the first with a number in front."""
    return next(at for at, row in enumerate(rows) if str(row[0]).strip("០១២៣៤៥៦៧៨៩0123456789.") == "")


def numbered(system: str, number: int, exports: list[Export]) -> Mutant:
    """Return the mutant of a system with this number."""
    rng = np.random.default_rng([SEED, SYSTEMS.index(system), number])
    return mutations.mutant(exports[number % len(exports)], rng)


# --- read or refused


def read_faults(mutant: Mutant, folder: Path, importers: ModuleType = detect) -> tuple[bool, list[str]]:
    """Return whether the importers read a mutant, and what is wrong with the way in which they did or refused."""
    file = folder / mutant.name
    file.write_bytes(mutant.content)
    with overheard() as heard:
        found, faults = _read(file, importers)
    file.unlink()
    if found is not None and not faults:
        faults += [*_lost(mutant, found), *_leaks_as_read(mutant, found)]
    return found is not None, faults + [f"something was printed: {text[:300]}" for text in heard]


def _read(file: Path, importers: ModuleType) -> tuple[Found | None, list[str]]:
    """Return what a file holds, if it can be read, and what is wrong with the error where there is one."""
    found = None
    try:
        found = importers.importer_of(file).read(file)
        found.findings.check_nothing_lost()
    except ExportError as error:
        return found, list(_faults_of_message(str(error)))
    except Exception as error:
        return found, [f"another error than one for the user: {_told(error)}"]
    return found, []


def _told(error: BaseException) -> str:
    """Return what kind of error it is and through which of our lines it came."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}analysis{os.sep}" in f.filename]
    places = " > ".join(
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}" for frame in ours
    )
    return f"{type(error).__name__} at {places}: {str(error)[:300]}"


def _faults_of_message(message: str) -> Iterator[str]:
    if is_marked(message):
        yield f"personal content in a message: {message}"
    if len(message) > 3000 or "Traceback" in message or "please report" in message.lower():
        yield f"not a message for a user: {message[:1000]}"


def _lost(mutant: Mutant, found: Found) -> Iterator[str]:
    """Say where rows of the file went into no account."""
    accounts, findings = found.findings.accounts, found.findings.frame
    for table, frame in found.tables.items():
        if frame.schema != as_read.SCHEMAS[table]:
            yield f"{table} is not as tables as read are"
    for sheet, n_rows in (mutant.n_rows or {}).items():
        of_sheet = accounts.filter(pl.col("sheet") == sheet)
        main = of_sheet.filter(pl.col("table") == "case_records")
        n_in = (main if main.height else of_sheet)["rows_in"].sum()
        unused = findings.filter(pl.col("sheet") == sheet, pl.col("check") == "sheet_not_used")
        if of_sheet.is_empty() and unused.height == 0 and n_rows:
            yield f"nobody accounts for the {n_rows} rows of sheet {sheet!r}"
        elif of_sheet.height and not n_rows <= n_in <= mutant.n_lines[sheet]:
            yield f"sheet {sheet!r} has {n_rows} rows of data, {n_in} were accounted for"


def _leaks_as_read(mutant: Mutant, found: Found) -> Iterator[str]:
    """Say which columns hold personal content that would go on as it is: ids become keys, some names restricted."""
    hidden = {*keyed.REFERENCES, *keyed.SHARED_IDS, "worker", *RESTRICTED_NAMES}
    hidden |= OF_DESIGN if mutant.is_shifted else set()
    for table, frame in {**found.tables, "findings": found.findings.frame}.items():
        texts = frame.select(pl.col(pl.String).exclude("sheet"))
        for column in texts.iter_columns():
            if column.name not in hidden and is_marked(" ".join(column.drop_nulls().unique())):
                yield f"personal content in {table}.{column.name}"
    codes = found.findings.unknown_codes["value"]
    if not mutant.is_shifted and is_marked(" ".join(codes)):
        yield "personal content in the list of unknown codes"


# --- as a user does it


def inspect_faults(mutant: Mutant, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the way in which a mutant is inspected."""
    file = folder / mutant.name
    file.write_bytes(mutant.content)
    told, fault = "", None
    with overheard() as heard:
        try:
            told = inspection.describe([file])
        except Exception as error:
            fault = f"inspect: {_told(error)}"
    file.unlink()
    if fault:
        yield fault
    if is_marked(told) and not mutant.is_shifted:
        yield f"inspect tells personal content: {[line for line in told.splitlines() if is_marked(line)][:2]}"
    if heard:
        yield f"inspect: something was printed: {heard[0][:300]}"


def import_faults(mutant: Mutant, folder: Path, keep_going: bool) -> Iterator[str]:
    """Yield what is wrong after an import of a mutant and of a sound file: the command, its words and its files."""
    exports, root = folder / "exports", folder / "root"
    (exports / mutant.name).write_bytes(mutant.content)
    before = _bytes_of(root)
    told = io.StringIO()
    try:
        with overheard() as heard, contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            status = __main__.main(["import", str(exports), "--to", str(root), *["--keep-going"] * keep_going])
    except BaseException as error:
        yield f"import: {_told(error)}"
        return
    finally:
        (exports / mutant.name).unlink()
    after, words = _bytes_of(root), told.getvalue()
    yield from _faults_of_message(words)
    if heard:
        yield f"import: something was printed: {heard[0][:300]}"
    if "contract" in words:
        yield f"a table breaks its contract: {words}"
    if status not in ((0, 3) if keep_going else (0, 1)):
        yield f"exit status {status}: {words}"
    yield from _faults_of_stop(words, before, after) if status == 1 else _faults_of_files(root, after, mutant)


def _faults_of_stop(words: str, before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[str]:
    if not words.startswith("import: ") or words.count("import: ") != 1:
        yield f"not one message: {words}"
    if before != after:
        yield f"stopped, but left other files behind: {sorted(set(before) ^ set(after)) or 'changed ones'}"


def _faults_of_files(root: Path, after: dict[str, bytes], mutant: Mutant) -> Iterator[str]:
    """Say what is wrong with the files of an import that came to its end."""
    imported = {f"data/processed/imported/{table}.parquet" for table in store.tables_of("imported")}
    lists = ("organisations", "facilities", "facility_names", "funders", "partner_evidence", "unknown_codes")
    whole = {
        *imported,
        "data/processed/imported/rejected.csv",
        *(f"data/restricted/{name}.csv" for name in (*lists, "files", "sheets")),
    }
    if set(after) != whole:
        yield f"files too many or too few: {sorted(set(after) ^ whole)}"
        return
    rows = pl.read_parquet(root / "data/processed/imported/import_rows.parquet")
    if rows.filter(pl.col("rows_in") != pl.col("rows_out") + pl.col("rows_rejected")).height:
        yield "rows in are not rows out and rows rejected"
    for name in sorted(whole):
        is_restricted = name.startswith("data/restricted/")
        if is_marked(_text_of(root / name, mutant.is_shifted)) and not (is_restricted and mutant.is_shifted):
            yield f"personal content in {name}"


def _text_of(file: Path, is_shifted: bool) -> str:
    if file.suffix != ".parquet":
        return file.read_text(encoding="utf-8")
    return pl.read_parquet(file).drop(OF_DESIGN if is_shifted else (), strict=False).write_csv()


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@contextlib.contextmanager
def overheard() -> Iterator[list[str]]:
    """Return what is written to the terminal meanwhile, also by what is not written in Python."""
    heard: list[str] = []
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with (Path(os.environ["FUZZ_FOLDER"]) / "terminal").open("w+b") as terminal:
        os.dup2(terminal.fileno(), 1)
        os.dup2(terminal.fileno(), 2)
        try:
            yield heard
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, stream in enumerate(kept, start=1):
                os.dup2(stream, number)
                os.close(stream)
            terminal.seek(0)
            heard += [text] if (text := terminal.read().decode("utf-8", "replace")) else []


# --- many


def faults_of(mutant: Mutant, number: int, folder: Path) -> tuple[bool, list[str]]:
    """Return whether a mutant was read, and all that is wrong with what happens to it."""
    is_read, faults = read_faults(mutant, folder)
    if number % EVERY_INSPECTED == 0:
        faults += inspect_faults(mutant, folder)
    if number % EVERY == 0:
        faults += import_faults(mutant, folder, keep_going=number % (2 * EVERY) == 0)
    return is_read, faults


def prepared(folder: Path, exports: Path) -> None:
    """Put a sound export into ``folder/exports`` and import it, so that there is something to spoil."""
    os.environ |= {"FUZZ_FOLDER": str(folder), keys.VARIABLE: "k" * 64}
    (folder / "exports").mkdir(parents=True)
    (folder / "root").mkdir()
    content = next(exports.rglob("inspection*.xlsx")).read_bytes()
    (folder / "exports" / OTHER).write_bytes(content)
    with contextlib.redirect_stdout(io.StringIO()):
        assert __main__.main(["import", str(folder / "exports"), "--to", str(folder / "root")]) == 0


def tried(system: str, first: int, last: int, exports: Path, folder: Path) -> Iterator[dict[str, object]]:
    """Yield every failure of the mutants of a system between two numbers, and at the end how many there were."""
    prepared(folder, exports)
    small = templates(system, exports)
    n_read, ways = 0, Counter()
    for number in range(first, last):
        faulthandler.dump_traceback_later(SECONDS_TO_HANG, exit=True)
        (folder / "at").write_text(str(number))
        mutant = numbered(system, number, small)
        ways.update(mutant.what.split(mutations.AND))
        is_read, faults = faults_of(mutant, number, folder)
        n_read += is_read
        for fault in faults:
            yield {"system": system, "number": number, "what": mutant.what, "file": mutant.name, "fault": fault}
    faulthandler.cancel_dump_traceback_later()
    yield {"system": system, "n": last - first, "n_read": n_read, "ways": ways}


def tried_apart(n: int, exports: Path, folder: Path) -> dict[str, object]:
    """Return what came of ``n`` mutants of each system, tried in two processes at a time."""
    shares = [(system, at, min(at + SHARE, n)) for system in SYSTEMS for at in range(0, n, SHARE)]
    with ThreadPoolExecutor(N_PROCESSES) as pool:
        told = [line for lines in pool.map(lambda share: _apart(*share, exports, folder), shares) for line in lines]
    counts = {system: [0, 0] for system in SYSTEMS}
    for line in told:
        if "n" in line:
            counts[line["system"]] = [counts[line["system"]][0] + line["n"], counts[line["system"]][1] + line["n_read"]]
    ways = sum((Counter(line["ways"]) for line in told if "n" in line), Counter())
    return {"counts": counts, "ways": ways, "failures": [line for line in told if "fault" in line]}


def _apart(system: str, first: int, last: int, exports: Path, folder: Path) -> list[dict[str, object]]:
    own = folder / f"{system}-{first}"
    command = [sys.executable, __file__, system, str(first), str(last), str(exports), str(own)]
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode == 0:
        return lines
    at = int((own / "at").read_text()) if (own / "at").exists() else first
    gone = {
        "system": system,
        "number": at,
        "what": "",
        "file": "",
        "fault": f"the process ended: {done.stderr[-2000:]}",
    }
    return [*lines, gone]


def main() -> None:
    """Try mutants of one system, or of all in processes of their own."""
    *which, exports, folder = sys.argv[1:]
    if len(which) == 1:
        print(json.dumps(tried_apart(int(which[0]), Path(exports), Path(folder))))  # noqa: T201
        return
    system, first, last = which
    for line in tried(system, int(first), int(last), Path(exports), Path(folder)):
        print(json.dumps(line, default=int), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
