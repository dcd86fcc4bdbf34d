"""A brief is printed on two tagged pages, the same bytes each time, and only when its page has changed."""

import os
import re
import shutil
import subprocess
import time

import pytest

from analysis import country_steps, pipeline
from analysis.languages import LANGUAGES, folder
from analysis.page import brief, printing

needs_chromium = pytest.mark.skipif(
    printing.browser() is None, reason=f"no Chromium on the PATH: {', '.join(printing.BROWSERS)}"
)
needs_all_figures = pytest.mark.skipif(bool(country_steps.left_out()), reason="the brief needs all published figures")
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A title</title><h1>One</h1><p>page</p></html>'
WORDS = {
    "en": ("48,775", "We found no published rate of return to care", "34 facilities"),
    "km": ("៤៨.៧៧៥", "កម្ពុជា", "គ្រឹះស្ថាន"),
}


@pytest.fixture
def page(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    return file


@pytest.fixture(scope="module", params=LANGUAGES)
def printed(request, tmp_path_factory):
    """Return a language, and the brief in it as a PDF."""
    here = tmp_path_factory.mktemp(request.param)
    brief.make(pipeline.FIGURES, here / "brief.html", request.param)
    printing.to_pdf(here / "brief.html", here / "brief.pdf")
    return request.param, here / "brief.pdf"


def stand_in(tmp_path, script):
    """Return a program in the place of Chromium, which runs ``script`` with the file to print to in ``$pdf``."""
    file = tmp_path / "stand-in"
    find = 'for one in "$@"; do case "$one" in --print-to-pdf=*) pdf="${one#--print-to-pdf=}";; esac; done\n'
    file.write_text(f"#!/bin/sh\n{find}{script}\n")
    file.chmod(0o700)
    return str(file)


@needs_chromium
@needs_all_figures
def test_the_brief_is_two_pages_of_a4_in_every_language(printed):
    pdf = printed[1].read_bytes()
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 2
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}


@needs_chromium
@needs_all_figures
def test_the_brief_is_tagged_and_says_its_title_and_its_language(printed):
    language, file = printed
    pdf = file.read_bytes()
    assert b"/StructTreeRoot" in pdf
    assert b"/Marked true" in pdf
    assert b"/Title" in pdf
    assert f"/Lang ({language})".encode() in pdf
    assert pdf.count(b"/S /Figure") == 2, "each drawing has a name for screen readers"
    assert pdf.count(b"/Alt ") >= 2
    assert b"/URI" not in pdf, "a link would lead to a folder of this machine"


@needs_chromium
@needs_all_figures
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_the_words_of_the_brief_can_be_copied_and_searched(printed):
    language, file = printed
    done = subprocess.run([shutil.which("pdftotext"), file, "-"], capture_output=True, check=True)
    text = re.sub(r"[\s\u200b]", "", done.stdout.decode())  # pdftotext guesses blanks between Khmer clusters
    assert [words for words in WORDS[language] if words.replace(" ", "") not in text] == []


@needs_chromium
@needs_all_figures
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_beside_the_page_was_printed_from_it(language):
    here = pipeline.FIGURES / folder(language)
    assert printing.is_current((here / "brief.html").read_bytes(), here / "brief.pdf"), "make prints it again"


@needs_chromium
def test_the_same_page_gives_the_same_bytes_and_no_date(page, tmp_path):
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    printing.to_pdf(page, first)
    time.sleep(1.1)  # Chromium's dates have seconds
    printing.to_pdf(page, second)
    assert first.read_bytes() == second.read_bytes()
    assert b"Date" not in first.read_bytes()
    assert b"homeward-print-" not in first.read_bytes()


@needs_chromium
def test_a_pdf_of_the_same_page_is_left_alone_and_of_another_is_replaced(page, tmp_path):
    pdf = tmp_path / "page.pdf"
    assert printing.to_pdf(page, pdf) == "page.pdf was printed from page.html"
    os.utime(pdf, (0, 0))
    assert printing.to_pdf(page, pdf) == "page.pdf is as page.html is: not printed again"
    assert pdf.stat().st_mtime == 0
    before = pdf.read_bytes()
    page.write_text(PAGE.replace("One", "Two"), encoding="utf-8")
    printing.to_pdf(page, pdf)
    assert pdf.read_bytes() != before
    assert printing.is_current(page.read_bytes(), pdf)


def test_without_a_chromium_the_pdf_stays_and_is_said_to_be_older(page, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "browser", lambda: None)
    pdf = tmp_path / "page.pdf"
    assert "page.pdf is missing, not printed from page.html: no Chromium was found" in printing.to_pdf(page, pdf)
    assert not pdf.exists()
    pdf.write_bytes(b"%PDF-1.4 of another page\n%%EOF\n")
    assert "page.pdf stays, OLDER than page.html" in printing.to_pdf(page, pdf)
    assert pdf.read_bytes() == b"%PDF-1.4 of another page\n%%EOF\n"
    pdf.write_bytes(pdf.read_bytes() + printing.PRINTED_FROM + printing._sha256(page.read_bytes()) + b"\n")
    assert "not printed again" in printing.to_pdf(page, pdf), "one of the same page is not older"


def test_dates_are_blanked_and_nothing_moves():
    before = b"<</Creator (x)\n/CreationDate (D:20261122213823+00'00')\n/ModDate (D:20261122213823+00'00')>>"
    after = printing.without_dates(before)
    assert len(after) == len(before)
    assert after.split() == [b"<</Creator", b"(x)", b">>"]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo bad news >&2; exit 3", r"wrote no PDF \(exit status 3\): bad news"),
        ("exit 0", r"wrote no PDF \(exit status 0\)"),
        ("printf '%%PDF-1.4 cut off' > \"$pdf\"", "wrote no PDF"),
        ("printf '%%PDF-1.4\\n%%%%EOF\\n' > \"$pdf\"", "without tags"),
        ("printf '%%PDF-1.4 /StructTreeRoot /URI (file:///home/x)\\n%%%%EOF\\n' > \"$pdf\"", "links to a file"),
        ("sleep 60 & sleep 60", "did not print within 0.5 seconds"),
    ],
)
def test_a_browser_that_fails_is_named_with_the_reason_and_nothing_is_written(page, tmp_path, monkeypatch, script, why):
    monkeypatch.setattr(printing, "browser", lambda: stand_in(tmp_path, script))
    monkeypatch.setattr(printing, "SECONDS", 0.5 if "sleep" in script else 60)
    started = time.monotonic()
    with pytest.raises(printing.PrintError, match=why):
        printing.to_pdf(page, tmp_path / "page.pdf")
    assert time.monotonic() - started < 30, "what it started was stopped with it"
    assert not (tmp_path / "page.pdf").exists()


def test_a_browser_that_cannot_be_started_is_named(page, tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "browser", lambda: str(tmp_path / "gone"))
    with pytest.raises(printing.PrintError, match=r"gone could not be started: No such file"):
        printing.to_pdf(page, tmp_path / "page.pdf")
