"""Workbooks made to do harm: nothing in them is run, followed or unpacked, and none may ask for all memory."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from analysis.importers import detect, formats, registers, spans
from analysis.importers.faults import ExportError

SHEET = "xl/worksheets/sheet1.xml"
MEMBERS = {  # that something else than Excel put into a workbook
    "links to other files": {
        "xl/externalLinks/externalLink1.xml": '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<ddeLink ddeService="cmd" ddeTopic="/C calc"><ddeItems><ddeItem name="A0" advise="1"/></ddeItems></ddeLink>'
        "</externalLink>",
        "xl/externalLinks/_rels/externalLink1.xml.rels": '<Relationships><Relationship Id="r" TargetMode="External" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" '
        'Target="file:///etc/passwd"/></Relationships>',
    },
    "a macro": {"xl/vbaProject.bin": "Sub Auto_Open()", "customUI/customUI.xml": "<customUI/>"},
    "names that lead out": {
        "../outside.txt": "x",
        "xl/../../../outside.txt": "x",
        "/tmp/outside-of-a-workbook.txt": "x",  # noqa: S108 - must not be written
        "..\\outside.txt": "x",
        "xl/worksheets/../../../outside.xml": "x",
    },
}


def changed(workbook: bytes, change: Callable[[str], str], members: dict[str, str] | None = None) -> bytes:
    """Return a workbook with its first sheet changed, and more members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, change(content.decode()) if member.filename == SHEET else content)
        for name, content in (members or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def as_it_is(sheet: str) -> str:
    return sheet


def without_dimension(sheet: str) -> str:
    assert "<dimension" in sheet
    return re.sub("<dimension[^>]*>", "", sheet)


def with_far_cell(place: str) -> Callable[[str], str]:
    """Return a change that fills a cell far from the table, of which the sheet says nothing at its beginning."""
    row = re.sub("[A-Z]", "", place)
    far = f'<row r="{row}"><c r="{place}"><v>1</v></c></row></sheetData>'
    return lambda sheet: without_dimension(sheet).replace("</sheetData>", far)


@pytest.fixture
def file(tmp_path, workbook_of, trainings) -> Path:
    (tmp_path / "trainings.xlsx").write_bytes(workbook_of(trainings))
    return tmp_path / "trainings.xlsx"


@pytest.mark.parametrize("more", MEMBERS)
def test_what_else_lies_in_a_workbook_is_left_there(more, file, tmp_path, courses):
    file.write_bytes(changed(file.read_bytes(), as_it_is, MEMBERS[more]))
    assert courses(file) == ["case_management", "reintegration"]
    assert [found.name for found in tmp_path.rglob("*")] == ["trainings.xlsx"]
    assert not (tmp_path.parent / "outside.txt").exists()
    assert not Path("/tmp/outside-of-a-workbook.txt").exists()  # noqa: S108


def test_a_link_in_a_workbook_is_not_followed(file, tmp_path, courses):
    link = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
    link.create_system, link.external_attr = 3, 0o120777 << 16  # as unzip makes links
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert courses(file) == ["case_management", "reintegration"]
    assert [found.name for found in tmp_path.rglob("*")] == ["trainings.xlsx"]


def test_of_many_sheets_that_nobody_knows_a_few_are_told(tmp_path):
    with xlsxwriter.Workbook(str(tmp_path / "many.xlsx")) as book:
        for n in range(20):
            book.add_worksheet(f"Tab {n}").write_row(0, 0, ["first", "second"])
    with pytest.raises(ExportError, match=r"sheet 'Tab 7' with 2 labels .*; and 12 sheets more\. Expected") as caught:
        detect.importer_of(tmp_path / "many.xlsx")
    assert "Tab 8" not in str(caught.value)


def test_an_archive_is_never_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("../outside.csv", "/tmp/outside-of-a-workbook.txt", "trainings.csv"):  # noqa: S108
            archive.writestr(name, "x")
    with pytest.raises(ExportError, match=r"all\.zip: this is an archive, not an export"):
        formats.kind(tmp_path / "all.zip")
    assert [found.name for found in tmp_path.rglob("*")] == ["all.zip"]


def test_of_a_formula_what_was_computed_is_read_and_nothing_is_computed_again(tmp_path, trainings, courses):
    canary = tmp_path / "canary"
    with xlsxwriter.Workbook(str(tmp_path / "trainings.xlsx")) as book:
        sheet = book.add_worksheet("Trainings")
        sheet.write_row(0, 0, trainings[0])
        formulas = [
            '=HYPERLINK("file:///etc/passwd","x")',
            f"=cmd|'/C touch {canary}'!A0",
            '=WEBSERVICE("http://x")',
            "=1/0",
        ]
        for row, formula in enumerate(formulas, start=1):
            sheet.write_row(row, 0, [f"ngo0{row}", "worker-1", "02"])
            sheet.write_formula(row, 3, formula, None, "Reintegration" if row == 1 else "")
    assert courses(tmp_path / "trainings.xlsx") == ["reintegration", "unknown", "unknown", "unknown"]
    assert not canary.exists()


ENTITIES = {
    "a file": '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>',
    "an address": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>',
    "a billion laughs": "<!DOCTYPE x [<!ENTITY a0 'SECRET'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "<!ENTITY e '&a9;'>]>",
}


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_entity_stands_for_nothing(entity, file, tmp_path):
    (tmp_path / "secret").write_text("SECRET")

    def declare(sheet: str) -> str:
        head, body = sheet.split("?>", 1)
        declared = ENTITIES[entity].replace("{secret}", str(tmp_path / "secret"))
        return f"{head}?>{declared}" + re.sub('t="s"><v>9</v>', 't="str"><v>&e;</v>', body, count=1)

    file.write_bytes(changed(file.read_bytes(), declare))
    with zipfile.ZipFile(file) as archive:
        assert b"<v>&e;</v>" in archive.read(SHEET)
    told = read_or_refused(file)
    assert "SECRET" not in told
    assert len(told) < 1000


def read_or_refused(file: Path) -> str:
    """Return the courses of a register and what it says that is no course, or why it is refused."""
    try:
        found = registers.read(file)
    except ExportError as refusal:
        return str(refusal)
    return str([found.tables["trainings"]["course"].to_list(), found.findings.unknown_codes["value"].to_list()])


def test_a_sheet_that_unpacks_to_many_times_its_size_is_refused(file, tmp_path):
    with zipfile.ZipFile(file) as archive:
        others = {member.filename: archive.read(member) for member in archive.infolist()}
    start, end = others.pop(SHEET).split(b"</sheetData>")
    stretch = b"<row><c><v>1</v></c></row>" * 40_000
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in others.items():
            archive.writestr(name, content)
        with archive.open(SHEET, "w") as sheet:
            sheet.write(start)
            for _ in range(spans.LARGE // len(stretch) + 1):
                sheet.write(stretch)
            sheet.write(b"</sheetData>" + end)
    assert file.stat().st_size < spans.LARGE / spans.MOST_TIMES
    with pytest.raises(ExportError, match=r"^trainings\.xlsx: it unpacks to more than any workbook .* Export it again"):
        detect.importer_of(file)


def part(packed: int, unpacked: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(SHEET)
    member.compress_size, member.file_size = packed, unpacked
    return member


@pytest.mark.parametrize(
    ("parts", "is_too_far"),
    [
        ([part(20 << 20, 300 << 20)] * 3, False),  # a million rows
        ([part(1 << 10, 200 << 10)] * 40, False),  # small sheets of which most is alike
        ([part(1 << 20, 100 << 20)], False),
        ([part(1 << 20, 101 << 20)], True),
        ([part(400 << 20, 3 << 29)] * 2, True),  # each possible, both not
        ([part(5 << 20, 1 << 20)], True),  # it says less than it holds
        ([part(0, 0), part(2, 0)], False),
    ],
)
def test_what_the_parts_say_of_their_size_decides(parts, is_too_far):
    assert spans.unpack_too_far(parts) is is_too_far


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ1048576", "XFD20000"])
def test_a_cell_far_away_is_found_where_the_sheet_does_not_tell(place, file):
    file.write_bytes(changed(file.read_bytes(), with_far_cell(place)))
    with pytest.raises(
        ExportError, match=r"^trainings\.xlsx: a sheet reaches over more than 150 million cells; .*Ctrl"
    ):
        detect.importer_of(file)


@pytest.mark.parametrize("change", [without_dimension, with_far_cell("Z2000")], ids=["silent", "with a stray cell"])
def test_a_sheet_that_does_not_tell_how_far_it_reaches_is_read_like_others(change, file, courses):
    file.write_bytes(changed(file.read_bytes(), change))
    read = [course for course in courses(file) if course != "unknown"]
    assert read == ["case_management", "reintegration"]


def test_a_tag_without_end_is_looked_through_in_no_time_to_speak_of(file):
    """A pattern that goes back and forth would take hours for this megabyte."""
    endless = "<c " * 100_000 + 'r="' + "A" * 100_000 + "<row " + " " * 500_000
    file.write_bytes(
        changed(file.read_bytes(), lambda sheet: without_dimension(sheet).replace("</sheetData>", endless))
    )
    with zipfile.ZipFile(file) as archive:
        assert not spans.reach_too_far(archive)
