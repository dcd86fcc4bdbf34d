"""Case notes: the day and the kind of a contact, and nothing that was written about it."""

import datetime as dt

from analysis.importers import oscar

HEADER = (
    *("#", "Client ID", "Given Name (Latin)", "Family Name (Latin)", "Case Note Date", "Case Note Type"),
    *("Who was there during the visit or conversation", "Note"),
)


def note(client, day, kind, count=None):
    return [count, client, "PRIVATE", "PRIVATE", day, kind, "PRIVATE", "PRIVATE note"]


def test_notes_are_numbered_in_time_and_their_text_is_never_read(export, clients, found):
    notes = [HEADER, note("ngo01-1", "2020-05-05", "3rd Party", 1), note("ngo01-1", "2020-04-05", "Visit")]
    result = oscar.read(export({"W": clients({}), "Case Note": notes}))
    follow_ups = result.tables["follow_ups"]
    assert follow_ups.select("row", "followup_ref", "done_on", "mode").rows() == [
        (2, "slug:ngo01-1/contact/2", dt.date(2020, 5, 5), "third_party"),
        (3, "slug:ngo01-1/contact/1", dt.date(2020, 4, 5), "visit"),
    ]
    assert "PRIVATE" not in follow_ups.write_csv()
    assert found(result.findings.frame, "T04") == [("Case Note", None, "follow_ups", "case_ref", "undone")]


def test_what_cannot_be_read_is_unknown_and_nobodys_note_is_set_aside(export, clients, found):
    notes = [
        HEADER,
        note("ngo01-1", "2109-05-05", "Visit"),
        note("ngo01-1", "2020-05-05", "Group session"),
        note("ngo01-1", None, None),
        note("ngo01-9", "2020-05-05", "Visit"),
        note(None, "2020-05-05", "Visit"),
    ]
    result = oscar.read(export({"W": clients({}), "Case Note": notes}))
    assert result.tables["follow_ups"].select("done_on", "mode").rows() == [
        (None, "visit"),
        (dt.date(2020, 5, 5), "unknown"),
        (None, "unknown"),
    ]
    lines = {check: found(result.findings.frame, check) for check in ("future_date", "unknown_code")}
    assert lines == {
        "future_date": [("Case Note", 2, "follow_ups", "done_on", "unknown")],
        "unknown_code": [("Case Note", 3, "follow_ups", "mode", "unknown")],
    }
    assert [row for _, row, *_ in found(result.findings.frame, "orphan_row")] == [5]
    assert [row for _, row, *_ in found(result.findings.frame, "no_id")] == [6]
    result.findings.check_nothing_lost()
