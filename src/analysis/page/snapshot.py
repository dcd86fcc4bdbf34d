"""``figures/country_snapshot.html`` and ``figures/country_snapshot_data.json``: the Country Care Snapshot to read."""

import json
import re
from pathlib import Path
from typing import Any

from analysis import charts, pipeline, store
from analysis.page import rendering
from analysis.page.snapshot_nested import nested
from analysis.page.tables import rounded

NAME = "country_snapshot"
GRADES = {"A": "seen at its source", "B": "quoted by another", "C": "computed, from what is named"}
UNITS = {"percent": "%", "index": "", "ratio": ""}  # as they stand behind a number; all others as they are
MILLION = 1_000_000
PRINTED = re.compile(r"\d[\d,]*(?:\.\d+)?")
ADDRESS = re.compile(r"https?://\S+$")


def make(figures: Path, to: Path, language: str = "en") -> None:
    """Write the page of the snapshot in ``language`` from its CSV in the folder ``figures``."""
    told = nested(pipeline.read_numbers(NAME, figures))
    values = [value for field in _fields(told) for value in field.get("numbers", [])]
    checks = [check for field in _fields(told) for check in field["checks"]]
    rendering.render(
        f"{NAME}.html",
        to,
        language,
        snapshot=told,
        counts=_counts(told, values, checks),
        conflicts=[field for field in _fields(told) if len(field.get("numbers", [])) > 1],
        latest=next((field["numbers"][0] for field in _fields(told) if field["id"] == "children_latest"), None),
        of_provinces=_known_of_provinces(told),
        grades=GRADES,
        confidence=charts.CONFIDENCE,
        number=number,
        unit=unit,
        interval=interval,
        change=change,
        before=before,
        short=short,
        address=address,
        words=lambda citation: ADDRESS.sub("", citation).strip(),
        up="" if language == "en" else "../",
    )


def make_data(figures: Path, to: Path) -> None:
    """Write the snapshot for machines, nested by section: the same CSV gives the same bytes."""
    told = nested(pipeline.read_numbers(NAME, figures))
    store.replace(to, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())


def number(value: dict[str, Any]) -> str:
    """Return a number as printed; where the print has words (4 in 5) with the plain number behind, ours rounded."""
    printed, plain = value["value_printed"], value["value"]
    if printed is None:
        return rounded(plain)
    if plain is None or any(abs(found - plain) < 1e-9 for found in _numbers_in(printed)):
        return printed
    return f"{printed} ({rounded(plain)})"


def unit(value: dict[str, Any]) -> str:
    """Return what stands behind a number; nothing behind words without a number."""
    return "" if value["value"] is None else UNITS.get(value["unit"], value["unit"])


def interval(value: dict[str, Any]) -> str:
    """Return the ends of the interval, an open one as an ellipsis; nothing where there is none."""
    if value["ci_low"] is None and value["ci_high"] is None:
        return ""
    low, high = ("…" if value[end] is None else rounded(value[end]) for end in ("ci_low", "ci_high"))
    return f"{low}–{high}"


def before(value: dict[str, Any]) -> str:
    """Return the vintage before, as printed."""
    return value["previous_value_printed"] or rounded(value["previous_value"])


def change(value: dict[str, Any]) -> str:
    """Return the difference to the vintage before with its sign."""
    sign = "+" if value["change"] > 0 else "−" if value["change"] < 0 else "±"
    return f"{sign}{rounded(abs(value['change']))}"


def short(citation: str) -> str:
    """Return the publisher and the year of a citation from the list of documents."""
    head, mark, _ = citation.partition("). ")
    return f"{head})" if mark else citation


def address(citation: str) -> str:
    """Return the address at the end of a citation; nothing where there is none."""
    found = ADDRESS.search(citation)
    return found[0] if found else ""


def _numbers_in(printed: str) -> list[float]:
    found = [float(text.replace(",", "")) for text in PRINTED.findall(printed)]
    return [value * MILLION for value in found] if "million" in printed else found


def _fields(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [field for section in told["sections"] for field in section["fields"]]


def _known_of_provinces(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return by field the number of the first province that has one: all have the same source."""
    fields = [field for province in reversed(told["provinces"]) for field in province["fields"]]
    return {field["id"]: field["numbers"][0] for field in fields if field["status"] == "value"}


def _counts(told: dict[str, Any], values: list[dict[str, Any]], checks: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "numbers": len(values),
        "stale": sum(value["is_stale"] is True for value in values),
        "without_year": sum(value["year"] is None for value in values),
        "empty": sum(section["n_empty"] for section in told["sections"]),
        "conflicts": sum(len(field.get("numbers", [])) > 1 for field in _fields(told)),
        "checks": len(checks),
        "failing": sum(not check["holds"] for check in checks),
    }
