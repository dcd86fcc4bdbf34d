"""Province outlines for maps: 197 districts of geoBoundaries (or 25 provinces), checked, dissolved and simplified.

The project commits no outlines. ``fetch`` downloads geoBoundaries gbOpen KHM ADM2 or takes a local file, trusts only
its content, and writes 25 provinces to ``data/boundaries/boundaries.geojson`` (GeoJSON, RFC 7946).
"""

import io
import json
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis import sources, store
from analysis.places import nearest, normalised

if TYPE_CHECKING:
    import geopandas as gpd

ADDRESS = "https://www.geoboundaries.org/api/current/gbOpen/KHM/ADM2/"
ATTRIBUTION = "Outlines: geoBoundaries (Runfola et al. 2020), source Open Development Mekong, CC BY 4.0"
TIMEOUT_S = 60

METRES = "EPSG:32648"  # UTM zone 48 north
DEGREES = "EPSG:4326"
CAMBODIA = (102.0, 9.5, 108.0, 15.0)  # west, south, east, north: catches swapped coordinates and other countries
SIMPLIFIED_TO_M = 400  # below a pixel at the size we print
TOUCHES_WITHIN_M = 100
GRID_DEGREES = 1e-5  # about a metre


class BoundariesError(ValueError):
    """Outlines could not be fetched, or are not those of Cambodia's districts or provinces."""


def fetch(file: Path | None, to: Path) -> None:
    """Write the outlines of the 25 provinces to ``to``, from the local ``file`` or downloaded.

    Raises ``BoundariesError`` and leaves ``to`` as it was if the download fails or the content is not as known.
    """
    provinces = _provinces(_read(file))
    store.replace(to, _geojson(provinces).encode())


def _read(file: Path | None) -> "gpd.GeoDataFrame":
    """Return the shapes of a local file, or those downloaded where there is none."""
    import geopandas as gpd

    if file and not file.exists():
        raise BoundariesError(f"there is no file {file}")
    content = file or io.BytesIO(_downloaded())
    try:
        shapes = gpd.read_file(content)
    except Exception as error:  # each driver has its own errors; all mean the same to the user
        raise BoundariesError(f"{file or ADDRESS} cannot be read as a map: {error}") from None
    if "geometry" not in shapes or shapes.crs is None:
        raise BoundariesError(f"{file or ADDRESS} has no shapes in a known coordinate system")
    return shapes


def _downloaded() -> bytes:
    try:
        link = json.loads(_get(ADDRESS))["gjDownloadURL"]
        return _get(link)
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise BoundariesError(
            f"the outlines could not be downloaded from {ADDRESS} ({type(error).__name__}: {error}). Try again later, "
            "or download the GeoJSON there by hand and run: make boundaries BOUNDARIES=that-file"
        ) from None


def _get(address: str) -> bytes:
    if not address.startswith("https://"):
        raise ValueError(f"{address!r} is no https address")
    request = urllib.request.Request(address, headers={"User-Agent": "homeward"})  # noqa: S310, https is checked
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310, https is checked
        return answer.read()


def _provinces(shapes: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """Return the 25 provinces (``code name geometry``, in degrees) of checked districts or provinces."""
    if {"code", "name"} <= set(shapes.columns):
        _check_shapes(shapes, shapes["name"])
        provinces = shapes.to_crs(DEGREES)
    elif "shapeName" in shapes:
        _check_shapes(shapes, shapes["shapeName"])
        provinces = _dissolved(shapes.to_crs(METRES)).to_crs(DEGREES)
    else:
        raise BoundariesError("the map has neither the column shapeName (districts) nor code and name (provinces)")
    official = sources.read("province_codes").set_index("province_code")["province"]
    if sorted(provinces["code"]) != sorted(official.index):
        raise BoundariesError(
            f"the map has the provinces {', '.join(sorted(map(str, provinces['code'])))}; "
            f"expected each of {official.index.min()} to {official.index.max()} once"
        )
    return provinces.assign(name=provinces["code"].map(official))[["code", "name", "geometry"]].sort_values("code")


def _check_shapes(shapes: "gpd.GeoDataFrame", names: pd.Series) -> None:
    """Raise ``BoundariesError`` if a shape is missing or invalid, or lies outside Cambodia."""
    is_sound = shapes.geometry.notna() & shapes.is_valid & ~shapes.is_empty
    if not is_sound.all():
        raise BoundariesError(f"invalid or empty shapes: {', '.join(names[~is_sound].astype(str))}")
    west, south, east, north = shapes.to_crs(DEGREES).total_bounds
    if west < CAMBODIA[0] or south < CAMBODIA[1] or east > CAMBODIA[2] or north > CAMBODIA[3]:
        raise BoundariesError(
            f"the shapes reach from {west:.1f}, {south:.1f} to {east:.1f}, {north:.1f} degrees, beyond Cambodia"
        )


def _dissolved(districts: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """Return the provinces of ``districts``, simplified."""
    coded = districts.assign(code=_province_codes(districts))
    return coded[["code", "geometry"]].dissolve(by="code").reset_index().pipe(_simplified)


def _simplified(provinces: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """Return ``provinces`` with fewer points, so that neighbours keep sharing their border."""
    import shapely

    simplified = shapely.coverage_simplify(provinces.geometry.to_numpy(), SIMPLIFIED_TO_M)
    return provinces.set_geometry(simplified, crs=provinces.crs)


def _province_codes(districts: "gpd.GeoDataFrame") -> pd.Series:
    """Return the province of each district by its name; a name two provinces have goes to the one it touches."""
    known = _known_districts()
    names = districts["shapeName"].astype("str")
    _check_names(names, known["district"])
    candidates = names.map(normalised).map(known.groupby("key")["code"].agg(list))
    is_clear = candidates.str.len() == 1
    codes = candidates.str[0].where(is_clear)
    clear = districts.assign(code=codes)[is_clear].dissolve(by="code").geometry
    for row in codes.index[~is_clear]:
        near = [c for c in candidates[row] if clear[c].distance(districts.geometry[row]) < TOUCHES_WITHIN_M]
        if len(near) != 1:
            raise BoundariesError(f"district {names[row]!r} touches {len(near)} of the provinces that have such a name")
        codes[row] = near[0]
    if sorted(codes) != sorted(known["code"]):
        raise BoundariesError("two districts of the same name lie in the same province")
    return codes


def _known_districts() -> pd.DataFrame:
    """Return name, normalised name and province of the districts of 2018, which are those of 2014."""
    districts = sources.read("district_code_crosswalk").dropna(subset="district_ocha_2018")
    names = districts["district_ocha_2018"]
    return pd.DataFrame({"district": names, "key": names.map(normalised), "code": districts["district_code"].str[:2]})


def _check_names(names: pd.Series, known: pd.Series) -> None:
    """Raise ``BoundariesError`` if the districts are not the known ones, each as often as known."""
    if len(names) != len(known):
        raise BoundariesError(f"the map has {len(names)} districts; expected {len(known)}")
    found, expected = (n.map(normalised).value_counts() for n in (names, known))
    found, expected = found.align(expected, fill_value=0)
    if surplus := sorted(set(found.index[found > expected])):
        said = [f"{name!r} (nearest are {', '.join(nearest(name, known))})" for name in _spelt(names, surplus)]
        lacking = ", ".join(_spelt(known, expected.index[found < expected]))
        raise BoundariesError(f"districts not known or too many: {'; '.join(said)}; not found: {lacking}")


def _spelt(names: pd.Series, keys: list[str] | pd.Index) -> list[str]:
    return sorted(set(names[names.map(normalised).isin(list(keys))]))


def _geojson(provinces: "gpd.GeoDataFrame") -> str:
    """Return GeoJSON by RFC 7946: degrees, no coordinate system named, outer rings counterclockwise."""
    import shapely

    on_grid = shapely.set_precision(provinces.geometry.to_numpy(), GRID_DEGREES)
    outlines = shapely.orient_polygons(shapely.normalize(on_grid), exterior_cw=False)
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": _rounded(shape)}
        for code, name, shape in zip(provinces["code"], provinces["name"], outlines, strict=True)
    ]
    collection = {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
    return json.dumps(collection, ensure_ascii=False) + "\n"


def _rounded(shape: object) -> dict[str, object]:
    import shapely

    return json.loads(shapely.to_geojson(shape), parse_float=lambda number: round(float(number), 5))
