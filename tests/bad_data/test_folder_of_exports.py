"""What lies in a folder of exports and is no file of its own: told by name, never read, never waited for."""

import csv
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.importers import consent, exports, formats, keys, partitions, run
from analysis.importers.exports import found_in
from analysis.importers.faults import ExportError

NOBODY = 65_534


def link_to(target: str) -> Callable[[Path], None]:
    return lambda place: place.symlink_to(target)


def as_socket(place: Path) -> None:
    before = Path.cwd()
    os.chdir(place.parent)  # the whole path would be too long for a socket
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(place.name)
    finally:
        os.chdir(before)


ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "link-to-a-file.csv": (link_to("../outside.csv"), "it is a link, and links are not followed"),
    "link-to-an-export.csv": (link_to("trainings.csv"), "it is a link"),
    "link-to-passwords.csv": (link_to("/etc/passwd"), "it is a link"),
    "link-to-a-device.csv": (link_to("/dev/zero"), "it is a link"),
    "link-to-nothing.csv": (link_to("nowhere"), "it is a link"),
    "link-to-itself.csv": (link_to("link-to-itself.csv"), "it is a link"),
    "link-to-a-folder": (link_to("../elsewhere"), "it is a link"),
    "link-to-the-root": (link_to("/"), "it is a link"),
    "pipe.csv": (os.mkfifo, "this is no file but a pipe or a device"),
    "socket.csv": (as_socket, "this is no file but a pipe or a device"),
}


@pytest.fixture
def odd(records, csv_of, trainings):
    """The records, with all that is no file of its own among them, and exports outside that links lead to."""
    (records.folder.parent / "elsewhere").mkdir()
    for place in ("outside.csv", "elsewhere/more.csv"):
        (records.folder.parent / place).write_bytes(csv_of([*trainings, trainings[1]]))
    for name, (put, _) in ODD.items():
        put(records.folder / name)
    return records


def test_an_import_names_the_first_and_leaves_nothing_behind(odd):
    told = odd.imported()
    assert told.status == 1
    assert told.out == ""
    assert told.err == (
        "import: link-to-a-device.csv: it is a link, and links are not followed. Put the file itself in its place.\n"
    )
    assert odd.results() == []


def test_one_that_keeps_going_names_all_and_reads_what_is_a_file(odd):
    told = odd.imported("--keep-going")
    assert told.status == 3
    left_out = [line for line in told.out.splitlines() if line.startswith("left out: ")]
    assert [line.split(": ")[1] for line in left_out] == sorted(ODD)
    for line, name in zip(left_out, sorted(ODD), strict=True):
        assert ODD[name][1] in line
    assert odd.table("trainings").height == 2
    with (odd.root / "data/processed/imported/rejected.csv").open() as lines:
        assert list(csv.reader(lines))[1:] == [[name, "", "", "not_read"] for name in sorted(ODD)]


def test_inspecting_the_folder_names_them_too(odd):
    told = odd.inspected()
    assert told.status == 1
    assert sorted(line.split(": ")[1] for line in told.out.splitlines() if line.startswith("NOT READ")) == sorted(ODD)
    assert "root:x:" not in told.out


def test_a_pipe_or_a_folder_that_is_named_itself_is_not_waited_for(odd):
    told = odd.inspected(odd.folder / "pipe.csv")
    assert (told.status, told.out.count("\n")) == (1, 1)
    assert "pipe.csv: this is no file but a pipe or a device" in told.out


@pytest.mark.parametrize("name", ["pipe.csv", "link-to-a-device.csv", "."])
def test_what_is_no_file_is_never_opened(odd, name):
    with pytest.raises(ExportError, match=r"this is no file but a folder, a pipe or a device\. Name the export"):
        formats.kind(odd.folder / name)


def test_a_device_is_not_read(records):
    try:
        os.mknod(records.folder / "zero.csv", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root may make a device")
    assert "zero.csv: this is no file but a pipe or a device" in records.imported().err


def test_a_folder_named_like_a_file_is_a_folder(records, csv_of, trainings):
    (records.folder / "more.xlsx").mkdir()
    (records.folder / "more.xlsx" / "trainings.csv").write_bytes(csv_of([trainings[0], ["ngo09", *trainings[1][1:]]]))
    (records.folder / "none.csv").mkdir()
    assert records.imported().status == 0
    assert records.table("trainings").height == 3


def test_what_is_hidden_stays_unread_whatever_it_is(records):
    for name in (".link.csv", "~$link.csv"):
        (records.folder / name).symlink_to("/etc/passwd")
    (records.folder / ".hidden").mkdir()
    os.mkfifo(records.folder / ".hidden" / "pipe.csv")
    assert [file.name for file in found_in(records.folder).files] == ["trainings.csv"]


@contextmanager
def other_rights() -> Iterator[None]:
    """Have the rights of nobody, since root may read whatever it wants; who is not root has too few already."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_what_may_not_be_read_is_named(csv_of, trainings, monkeypatch):
    monkeypatch.setenv(keys.VARIABLE, "k" * 64)
    place = Path(tempfile.mkdtemp())  # a place of its own: nobody may not enter the one of the tests
    try:
        place.chmod(0o755)
        for name, mode in (("closed.csv", 0o000), ("open.csv", 0o644)):
            (place / name).write_bytes(csv_of(trainings))
            (place / name).chmod(mode)
        with other_rights():
            found = found_in(place)
            reading = partitions.Reading(0, found, partitions.sign_of(b"k" * 64))
            assert list(reading) == []
        said = str(reading.refused)
        assert [bool(digest) for digest in found.digests] == [False, True]
        assert said.startswith("closed.csv: the file cannot be opened: permission denied. Check")
        (place / "closed").mkdir(mode=0o000)
        with (
            other_rights(),
            pytest.raises(ExportError, match=r"^closed: the folder cannot be opened: permission denied"),
        ):
            found_in(place)
        (place / "closed").chmod(0o700)
    finally:
        shutil.rmtree(place)


CHANGES: dict[str, Callable[[Path], object]] = {
    "grew": lambda file: file.write_bytes(file.read_bytes() + b"ngo09,worker-9,02,Other,2024-03-09,\n"),
    "was cut": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "is another one": lambda file: file.write_bytes(file.read_bytes().replace(b"ngo01", b"ngo03")),
    "was touched": lambda file: os.utime(file, ns=(1, 1)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_while_it_is_read_is_not_used(records, change):
    """Somebody's rows could be taken for the made-up ones whose checksum was looked at."""
    file = records.folder / "trainings.csv"
    os.utime(file, ns=(10**18, 10**18))
    reading = run.Read(found_in(records.folder), b"k" * 64, lambda: records.folder)
    CHANGES[change](file)
    with pytest.raises(ExportError, match=r"^trainings\.csv: it changed while it was read\. Import it again when"):
        list(run._read_all(reading, keep_going=False))
    (told,) = run._read_all(run.Read(reading.exports, b"k" * 64, lambda: records.folder), keep_going=True)
    assert told.startswith("trainings.csv: it changed")


@pytest.mark.parametrize(
    "put", [os.mkfifo, link_to("/dev/zero"), link_to("nowhere")], ids=["pipe", "device", "nothing"]
)
def test_a_manifest_that_is_no_file_makes_nothing_simulated(records, put):
    put(records.folder / exports.MANIFEST)
    assert found_in(records.folder).origin == "records"


def test_a_manifest_without_end_makes_nothing_simulated(records):
    (records.folder / exports.MANIFEST).write_bytes(b"[" * 100_000)
    assert found_in(records.folder).origin == "records"


@pytest.mark.parametrize(
    "put", [os.mkfifo, link_to("nowhere"), link_to("trainings.csv")], ids=["pipe", "nothing", "link"]
)
def test_answers_on_paper_that_are_no_file_stop_the_import(records, put):
    """A no that stands there must not go unheard."""
    put(records.folder / consent.CONSENT)
    told = records.imported("--keep-going")
    assert told.status == 1
    assert told.err.count("\n") == 1
    assert told.err.startswith("import: consent.csv: ")
    assert records.results() == []


SPOILT_ANSWERS = {
    "UTF-16": "id,anonymous_reporting\na,no\n".encode("utf-16"),
    "Windows-1252": "id,anonymous_reporting\né,no\n".encode("cp1252"),
    "nothing": b"",
    "open quote": b'id,anonymous_reporting\n"a,no\nb,no\n',
    "cell too many": b"id,anonymous_reporting\na,no,x\n",
    "cell too few": b"id,anonymous_reporting\na\n",
    "other columns": b"id;anonymous_reporting\na;no\n",
    "column twice": b"id,id\na,no\n",
    "NUL": b"id,anonymous_reporting\na,no\0\n",
    "neither": b"id,anonymous_reporting\na,maybe\n",
}


@pytest.mark.parametrize("spoilt", SPOILT_ANSWERS)
def test_answers_on_paper_that_cannot_be_read_stop_the_import(records, spoilt):
    (records.folder / consent.CONSENT).write_bytes(SPOILT_ANSWERS[spoilt])
    with pytest.raises(ExportError, match=r"^consent\.csv: .*Make it a CSV \(UTF-8\) with the columns id,anonymous"):
        consent.answers_on_paper(records.folder, b"k" * 64)


@pytest.mark.parametrize("same", [b"\xef\xbb\xbfid,anonymous_reporting\r\na,no\r\n", b"id,anonymous_reporting\na,no"])
def test_answers_on_paper_may_come_out_of_a_spreadsheet(records, same):
    file = records.folder / consent.CONSENT
    file.write_bytes(b"id,anonymous_reporting\na,no\n")
    sound = consent.answers_on_paper(records.folder, b"k" * 64)
    file.write_bytes(same)
    assert consent.answers_on_paper(records.folder, b"k" * 64).equals(sound)
