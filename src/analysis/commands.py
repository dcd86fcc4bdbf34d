"""Commands with arguments of their own.

``simulate`` makes exports, ``inspect`` says what files are, ``import`` reads them, ``release`` lets results leave,
``registers`` writes an empty workbook for what no case system holds, ``phrases`` what has no translation.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from analysis import study as choices
from analysis.contract import ContractError
from analysis.study import OUTPUTS, ROOT

SIMULATED = OUTPUTS / "data" / "simulated"
SOME_LEFT_OUT = 3  # exit status of an import that replaced every table but left files out


def simulate(arguments: list[str]) -> int:
    """Write exports of a made-up country in the formats of the real systems, and beside them the truth."""
    study = choices.load().simulation
    parser = argparse.ArgumentParser(prog="python -m analysis simulate", description=simulate.__doc__)
    parser.add_argument("--out", type=Path, default=SIMULATED, help="folder to write (default: data/simulated)")
    parser.add_argument("--seed", type=int, default=study.seed, help=f"default: {study.seed}, from study.toml")
    parser.add_argument(
        "--scale", type=float, default=study.scale, help=f"1 is one country; default: {study.scale}, from study.toml"
    )
    given = parser.parse_args(arguments)
    from analysis.simulate import run

    run.simulate(given.out, given.seed, given.scale)
    return 0


def inspect(arguments: list[str]) -> int:
    """Say what each file (or each in a folder) is, what is recognised in it and which checks fail; write nothing.

    Exit status 1 if a file cannot be read.
    """
    parser = argparse.ArgumentParser(prog="python -m analysis inspect", description=inspect.__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    from analysis.importers import inspect as inspection

    with _without_content():
        described = inspection.describe(given.files)
        print(described)  # noqa: T201
    return int(any(line.startswith(inspection.NOT_READ) for line in described.splitlines()))


def import_(arguments: list[str]) -> int:
    """Read every export below FOLDER into canonical tables and lists of what is wrong.

    Exit status 0 if every file was read, 1 if nothing was written, 3 if tables were written and files left out.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analysis import",
        description=import_.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, default=SIMULATED / "exports", metavar="FOLDER")
    parser.add_argument("--keep-going", action="store_true", help="leave out files that cannot be read, and name them")
    parser.add_argument("--to", type=Path, default=OUTPUTS, metavar="ROOT", help="folder for the results")
    given = parser.parse_args(arguments)
    with _without_content():
        return _import(given.folder, given.to, given.keep_going)


def _import(folder: Path, to: Path, keep_going: bool) -> int:
    from analysis.importers import exports, folders, run

    if to.resolve() != ROOT:
        folders.checked(folder, to)
    elif exports.found_in(folder).origin != "simulated":  # only made-up records may have their results here
        folders.checked(folder, None)
    done = run.import_exports(folder, to / "data" / "processed", to / "data" / "restricted", keep_going)
    print(done.summary)  # noqa: T201
    return SOME_LEFT_OUT if done.left_out else 0


def release(arguments: list[str]) -> int:
    """Write a folder with only those results that passed the gate, a description of it and a checklist for a person.

    Refused if the code is not the committed one, if a file is not what is made again of the same data, or if a rule
    of the gate fails. See docs/what-leaves.md.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analysis release",
        description=release.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--signed", default="", metavar="TEXT", help="who answers for it: role, organisation")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="default: releases/NAME, a name made from the files")
    parser.add_argument("--date", type=date.fromisoformat, help="a day to write into it, as 2026-03-31; default: none")
    given = parser.parse_args(arguments)
    signed_by = " ".join(given.signed.split())
    if not signed_by:
        raise ValueError('say who answers for it: make release SIGNED="role, organisation"')
    from analysis.release import folder

    print(folder.release(signed_by, given.to, given.date and given.date.isoformat()))  # noqa: T201
    return 0


def registers(arguments: list[str]) -> int:
    """Write an empty workbook of registers to fill in: closures, costs, trainings, checks, goals, partners.

    Fill in the sheets you keep and put the workbook beside your exports. See docs/use-your-own-exports.md.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analysis registers",
        description=registers.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the workbook to write, an .xlsx")
    given = parser.parse_args(arguments)
    from analysis.importers.registers import template

    template.write(given.out)
    print(f"wrote {given.out}")  # noqa: T201
    return 0


def phrases(arguments: list[str]) -> int:
    """Write what figures and pages say in English for want of a translation, as lines of the table to fill in.

    See docs/recipes/translate.md.
    """
    parser = argparse.ArgumentParser(
        prog="python -m analysis phrases",
        description=phrases.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV to write")
    given = parser.parse_args(arguments)
    from analysis import untranslated

    print(f"{untranslated.make(given.out)} texts have no translation; they stand in {given.out}")  # noqa: T201
    return 0


@contextmanager
def _without_content() -> Iterator[None]:
    """Let no error through whose text might quote a cell: only those written to be read."""
    from analysis.importers.faults import ExportError
    from analysis.importers.unforeseen import kind_and_place

    try:
        yield
    except (ExportError, ContractError, OSError):
        raise
    except Exception as error:
        raise ExportError(
            f"stopped by a fault that was not foreseen ({kind_and_place(error)}); nothing was written. "
            "Please report this line, without any file"
        ) from None


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "simulate": simulate,
    "inspect": inspect,
    "import": import_,
    "release": release,
    "registers": registers,
    "phrases": phrases,
}
