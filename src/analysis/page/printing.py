"""Printing: a page as a PDF, by the Chromium of the system, printed again only when the page has changed.

Another Chromium writes other bytes, so a PDF carries the SHA-256 of the page it was printed from, as a comment behind
its end that readers pass over: while that is the page's own, the file is left alone. The dates that Chromium writes are
blanked out, so that one Chromium prints the same bytes each time.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from analysis import store

BROWSERS = ("chromium", "chromium-browser", "google-chrome")  # the first that is on the PATH
SECONDS = 90  # a page prints in two; a slow machine may take longer, a browser that hangs takes forever
OFFLINE = (  # the page asks for nothing; the browser shall not either
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
)
FORM = (
    "--headless",
    "--disable-gpu",
    "--no-sandbox",  # it opens one file, ours, whose policy lets no other script run; containers have none
    "--user-agent=Homeward",  # stands in the PDF as its creator, instead of a browser and an operating system
    "--font-render-hinting=none",  # letters as wide as their font has them, whatever the machine does on its screen
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--virtual-time-budget=10000",  # milliseconds of the page's own clock, until its fonts are there
)
PRINTED_FROM = b"%printed-from-sha256 "
DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")


class PrintError(ValueError):
    """A page could not be printed."""


def browser() -> str | None:
    """Return the path of the first Chromium on the PATH, or nothing if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def to_pdf(html: Path, pdf: Path) -> str:
    """Print the page ``html`` to ``pdf`` unless it was printed from the same page; return what was done in one line.

    Without a Chromium the PDF that is there stays, and the line says whether it is older than the page. Raises
    ``PrintError`` if Chromium fails, takes too long or writes what is no tagged PDF.
    """
    page = html.read_bytes()
    if is_current(page, pdf):
        return f"{pdf.name} is as {html.name} is: not printed again"
    chromium = browser()
    if chromium is None:
        stays = "stays, OLDER than" if pdf.exists() else "is missing, not printed from"
        return f"{pdf.name} {stays} {html.name}: no Chromium was found to print it ({', '.join(BROWSERS)})"
    store.replace(pdf, without_dates(_printed(page, chromium)) + PRINTED_FROM + _sha256(page) + b"\n")
    return f"{pdf.name} was printed from {html.name}"


def is_current(page: bytes, pdf: Path) -> bool:
    """Return whether ``pdf`` says at its end that it was printed from the bytes ``page``."""
    return pdf.exists() and pdf.read_bytes().rstrip().endswith(PRINTED_FROM + _sha256(page))


def without_dates(printed: bytes) -> bytes:
    """Return a PDF whose dates are blanks of the same length, so that no place in it moves."""
    return DATES.sub(lambda date: b" " * len(date[0]), printed)


def _printed(page: bytes, chromium: str) -> bytes:
    """Return what ``chromium`` prints of ``page``, with a profile that is empty and thrown away."""
    with tempfile.TemporaryDirectory(prefix="homeward-print-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_bytes(page)
        own = (f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}", source.as_uri())
        status, said = _run([chromium, *FORM, *OFFLINE, *own])
        printed = target.read_bytes() if target.exists() else b""
    if status or not printed.startswith(b"%PDF-") or not printed.rstrip().endswith(b"%%EOF"):
        raise PrintError(f"{chromium} wrote no PDF (exit status {status}){said}")
    if b"/StructTreeRoot" not in printed:
        raise PrintError(f"{chromium} wrote a PDF without tags, which no screen reader can follow: use a newer one")
    if b"(file:" in printed:
        raise PrintError("the printed page links to a file of this machine: hide the link in print")
    return printed


def _run(command: list[str]) -> tuple[int, str]:
    """Return the exit status and the last line of errors of ``command``; stop it with all it started if it hangs."""
    try:
        started = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        raise PrintError(f"{command[0]} could not be started: {error.strerror or error}") from None
    with started:
        try:
            errors = started.communicate(timeout=SECONDS)[1].decode(errors="replace").strip().splitlines()
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise PrintError(f"{command[0]} did not print within {SECONDS} seconds and was stopped") from None
    return started.returncode, f": {errors[-1]}" if errors else ""


def _sha256(page: bytes) -> bytes:
    return hashlib.sha256(page).hexdigest().encode()
