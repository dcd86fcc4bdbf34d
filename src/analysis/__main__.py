"""``python -m analysis STEP [--to PATH]``: make one table, the numbers of a figure, or its picture.

STEP is ``clean/NAME``, ``features/NAME``, ``estimates/NAME``, ``figures/NAME.csv`` (its numbers), ``figures/NAME``
(its picture), ``notebooks/NAME``, ``pages/NAME``, ``brief_pdf``, ``dictionary``, ``facility_review``,
``overdue_queue``, ``partner_register``, ``boundaries [FILE]`` or ``accept FILE``.

Some are commands of their own, each with a ``--help``: ``simulate [--out DIR --seed N --scale X]``,
``inspect FILE...``, ``import [FOLDER] [--keep-going] [--to ROOT]``, ``release --signed TEXT [--to FOLDER]``,
``registers --out FILE`` and ``phrases --out FILE``.

``HOMEWARD_COUNTRY`` names the country (a file in ``countries``; default: cambodia), ``HOMEWARD_ROOT`` where results go.
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from analysis import commands, store, study
from analysis.study import OUTPUTS, ROOT

STOPPED = 128 + signal.SIGINT  # the exit status of what was interrupted, as a shell tells it


def main(arguments: list[str] | None = None) -> int:
    """Run one step; a known fault becomes one clear message and exit status 1, an interruption (Ctrl-C) one and 130."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if OUTPUTS != ROOT:
        os.umask(0o077)  # results of somebody's records are theirs alone
    if arguments and arguments[0] in commands.COMMANDS:
        return _told_in_one_message(arguments[0], lambda: commands.COMMANDS[arguments[0]](arguments[1:]))
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step")
    parser.add_argument("file", nargs="?", type=Path, help="for accept and boundaries")
    parser.add_argument("--to", type=Path, help="where to write instead of the step's own place")
    given = parser.parse_args(arguments)
    return _told_in_one_message(given.step, lambda: run(given.step, given.file, given.to))


def _told_in_one_message(step: str, work: Callable[[], int | None]) -> int:
    try:
        study.load()  # a country without a file, or one that changes what does not exist, is told before anything else
        status = work() or 0
        sys.stdout.flush()  # here, where a full disk or a reader who went away becomes a message like any other
        return status
    except (ValueError, OSError) as error:  # SourceError, ContractError, StoreError, DisclosureError are ValueErrors
        print(f"{step}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:  # what is written takes its place at the end, whole; until then it has another name
        print(f"{step}: stopped; nothing half written stays", file=sys.stderr)  # noqa: T201
        return STOPPED


def run(step: str, file: Path | None, to: Path | None) -> None:
    """Dispatch one step to what makes it."""
    from analysis import pipeline, sources  # after the arguments: --help answers at once

    stage, _, name = step.partition("/")
    if stage in store.STAGES:
        pipeline.make_table(step, to or store.PROCESSED / f"{step}.parquet")
    elif stage == "figures" and name.endswith(".csv"):
        pipeline.make_numbers(name.removesuffix(".csv"), to or pipeline.FIGURES / name)
    elif stage == "figures":
        pipeline.make_picture(name, to or pipeline.FIGURES)
    elif stage == "notebooks":
        from analysis import kernel

        kernel.execute(ROOT / f"{step}.py", to or OUTPUTS / f"{step}.ipynb")
    elif stage == "pages":
        from analysis.page import pages

        pages.make(name, pipeline.FIGURES, to or pipeline.FIGURES)
    elif step == "brief_pdf":
        from analysis.page import pages, printing

        for printed in pages.PRINTED:
            pdf = OUTPUTS / printed
            print(printing.to_pdf(pdf.with_suffix(".html"), pdf))  # noqa: T201
    elif step == "dictionary":
        from analysis import dictionary

        dictionary.make(to or OUTPUTS / "docs" / "tables.md")
    elif step == "facility_review":
        from analysis import facility_review

        facility_review.make(to or facility_review.FILE)
    elif step == "overdue_queue":
        from analysis import overdue_queue

        overdue_queue.make(to or overdue_queue.FILE)
    elif step == "partner_register":
        from analysis import partner_register

        partner_register.make(to or partner_register.FILE)
    elif step == "boundaries":
        from analysis import boundaries

        boundaries.fetch(file, to or sources.BOUNDARIES)
    elif step == "accept":
        if file is None:
            raise ValueError("which file has changed? Say: make accept FILE=data/raw/...")
        print(f"recorded the present bytes of {sources.accept(file)}")  # noqa: T201
    else:
        raise ValueError(f"unknown step {step!r}; see python -m analysis --help")


def command() -> int:
    """Run what the command line says, wherever it was called from."""
    _in_utf8()
    _with_all_streams()
    status = main()
    try:
        sys.stdout.flush()
    except OSError:  # told already; Python would tell it again as it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _in_utf8() -> None:
    """Begin again in UTF-8 where the locale has another encoding: names of files and what is told may be Khmer."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"  # also for the kernels that a step starts
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 (the same words, and no shell)


def _with_all_streams() -> None:
    """Put a void where the caller closed a standard stream, whose number the next file opened would take."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            void = os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(void, True)
            setattr(sys, name, os.fdopen(void, mode))


if __name__ == "__main__":
    sys.exit(command())
