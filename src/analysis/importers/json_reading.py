"""JSON exports to records of the known keys. Other keys, names and notes among them, are skipped without being decoded.

A key of a subform is named with a dot: ``services_section.service_type``. Records stand in a bare list, under ``data``,
or each in an envelope ``{id, ..., data: {...}}``.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from analysis.importers.faults import refused
from analysis.importers.formats import BOM

Scalar = None | bool | int | float | str
Record = dict[str, Any]
ANYTHING = list[msgspec.Raw] | dict[str, msgspec.Raw]
N_RECORDS_FOR_KEYS = 1000


def json_records(file: Path, known: Collection[str]) -> list[Record]:
    """Return the records of ``file`` with the ``known`` keys, None where absent; a subform is a list of such records.

    Raises ``ExportError`` that names line and column if the file is not valid JSON, or holds no records.
    """
    content = _record_type("Content", known)
    item = _record_type("Item", known, content | Scalar)
    whole = _record_type("Whole", known, list[item | Scalar] | content | Scalar)
    document = _decoded(file, list[item | Scalar] | whole)
    if not isinstance(document, list):
        document = document.data if isinstance(document.data, list) else [document]
    _check_records(file, document)
    names = {key.partition(".")[0] for key in known}
    return [{name: record[name] for name in sorted(names)} for record in map(_unwrapped, document)]


def json_keys(file: Path) -> list[str]:
    """Return the keys that occur in the records, those of subforms with a dot, in order of first occurrence.

    Of a long file, records at even distances are looked at.
    """
    state = file.stat()
    return list(_keys(file, state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=8)
def _keys(file: Path, _changed: int, _size: int) -> tuple[str, ...]:
    """Return the keys of a file as it stands now."""
    keys: dict[str, None] = {}
    try:
        for record in _raw_records(file):
            for key, value in record.items():
                keys[key] = None
                keys.update(dict.fromkeys(f"{key}.{inner}" for inner in _keys_of_subform(value)))
    except UnicodeDecodeError:  # inside a record, which the whole file did not show
        raise refused(file, "expected UTF-8 text", "Export it again.") from None
    return tuple(keys)


def _record_type(name: str, known: Collection[str], data: object = None) -> type[msgspec.Struct]:
    """Return a type that decodes only the ``known`` keys, and ``data`` if given."""
    inner: dict[str, list[str]] = {}
    for key in sorted(known):
        top, _, rest = key.partition(".")
        inner.setdefault(top, []).extend([rest] if rest else [])
    types = {key: _value_type(f"{name}_{key}", keys) for key, keys in inner.items()}
    if data is not None:
        types["data"] = data
    written = {"data" if key == "data" else f"field_{n}": key for n, key in enumerate(types)}
    fields = [(field, types[key], None) for field, key in written.items()]
    return msgspec.defstruct(name, fields, rename=written, namespace={"written": tuple(written.items())})


def _value_type(name: str, keys: list[str]) -> object:
    """Return the type of one value: a scalar, a list, or subforms of which only ``keys`` are decoded."""
    subform = _record_type(name, keys)
    return Scalar | subform | list[Scalar | subform | list[Scalar]]


def _unwrapped(record: msgspec.Struct) -> Record:
    """Return the record's known keys; those in its envelope count where its content has none."""
    plain = _plain(record)
    content = plain.pop("data", None)
    if isinstance(content, dict):
        plain.update({key: value for key, value in content.items() if value is not None})
    return {key: [value] if isinstance(value, dict) else value for key, value in plain.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {key: _plain(getattr(value, field)) for field, key in value.written}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _check_records(file: Path, document: list[Any]) -> None:
    for number, record in enumerate(document, start=1):
        if not isinstance(record, msgspec.Struct):
            raise refused(file, f"record {number} is no object with keys", "Export it again; do not edit it by hand.")


def _raw_records(file: Path) -> Iterator[dict[str, msgspec.Raw]]:
    """Return the records, or some of very many, with their values undecoded."""
    document = _decoded(file, ANYTHING)
    if isinstance(document, dict):
        inside = _parsed(document.get("data"))
        document = inside if isinstance(inside, list) else [document]
    for raw in document[:: 1 + len(document) // N_RECORDS_FOR_KEYS]:
        record = raw if isinstance(raw, dict) else _parsed(raw)
        if isinstance(record, dict):
            content = _parsed(record.pop("data", None))
            yield {**record, **content} if isinstance(content, dict) else record


def _keys_of_subform(value: msgspec.Raw) -> list[str]:
    items = _parsed(value)
    listed = [_parsed(item) for item in items] if isinstance(items, list) else [items]
    return [key for item in listed if isinstance(item, dict) for key in item]


def _parsed(value: msgspec.Raw | None) -> Any:
    """Return an object or a list with its values undecoded; None for a plain value, which stays unread."""
    content = bytes(value or b"").lstrip()
    return msgspec.json.decode(content, type=ANYTHING) if content[:1] in (b"[", b"{") else None


def _decoded(file: Path, kind: object) -> Any:
    """Return the file's content as ``kind``; the error never quotes it."""
    content = file.read_bytes().removeprefix(BOM)
    try:
        return msgspec.json.decode(content, type=kind)
    except UnicodeDecodeError:
        raise refused(file, "expected UTF-8 text", "Export it again.") from None
    except RecursionError:
        raise refused(file, "its records are nested too deep", "Export it again; do not edit it.") from None
    except msgspec.ValidationError as error:
        key = str(error).partition(" - at ")[2] or "its start"
        raise refused(
            file, f"expected a list of records with plain values, not so at {key}", "Export it again."
        ) from None
    except msgspec.DecodeError as error:
        raise refused(
            file, f"not valid JSON at {_place(content, str(error))}", "Export it again; do not edit it."
        ) from None


def _place(content: bytes, error: str) -> str:
    """Return line and column of the byte that the decoder stumbled on; the end of the file if it names none."""
    named = re.search(r"\(byte (\d+)\)", error)
    before = content[: int(named[1])] if named else content
    *lines_above, start_of_line = before.split(b"\n")
    return f"line {len(lines_above) + 1}, column {len(start_of_line.decode('utf-8', 'replace')) + 1}"
