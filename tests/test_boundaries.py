"""Outlines are trusted by their content alone, dissolved to 25 provinces, and never half written."""

import io
import json
import urllib.error
import urllib.request
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Polygon, box

from analysis import boundaries, sources
from analysis.boundaries import BoundariesError

SIDE_M = 4_000
WEST, SOUTH = 300_000, 1_250_000  # metres in UTM 48 north, inside Cambodia


def districts() -> gpd.GeoDataFrame:
    """Return 197 squares with the known names: a province is a row of squares, provinces lie 2 squares apart."""
    known = sources.read("district_code_crosswalk").dropna(subset="district_ocha_2018")
    code = known["district_code"].str[:2]
    row = 3 * code.astype(int)
    column = known.groupby(code).cumcount()
    squares = [
        box(WEST + x * SIDE_M, SOUTH + y * SIDE_M, WEST + (x + 1) * SIDE_M, SOUTH + (y + 1) * SIDE_M)
        for x, y in zip(column, row, strict=True)
    ]
    columns = {"shapeName": known["district_ocha_2018"].to_list(), "shapeType": "ADM2"}
    return gpd.GeoDataFrame(columns, geometry=squares, crs=boundaries.METRES).to_crs(boundaries.DEGREES)


@pytest.fixture
def there(tmp_path):
    """Return the place of outlines that are there already and must survive every fault."""
    to = tmp_path / "data" / "boundaries.geojson"
    to.parent.mkdir()
    to.write_text("as it was")
    return to


def written(frame: gpd.GeoDataFrame, tmp_path, name="given.geojson"):
    file = tmp_path / name
    frame.to_file(file, driver="GeoJSON")
    return file


def refused(frame: gpd.GeoDataFrame, tmp_path, there, said: str) -> None:
    with pytest.raises(BoundariesError, match=said):
        boundaries.fetch(written(frame, tmp_path), there)
    assert there.read_text() == "as it was"
    assert list(there.parent.iterdir()) == [there]


def test_197_districts_become_25_valid_provinces_with_their_official_names(tmp_path):
    to = tmp_path / "new" / "boundaries.geojson"
    boundaries.fetch(written(districts(), tmp_path), to)
    outlines = sources.read_boundaries(to)
    official = sources.read("province_codes").set_index("province_code")["province"]
    assert outlines["code"].tolist() == sorted(official.index)
    assert outlines["name"].tolist() == official.sort_index().tolist()
    assert outlines.is_valid.all()
    n_districts = districts()["shapeName"].size
    assert outlines.to_crs(boundaries.METRES).area.sum() == pytest.approx(n_districts * SIDE_M**2, rel=0.001)


def test_a_name_of_two_provinces_goes_to_the_one_it_touches(tmp_path):
    to = tmp_path / "boundaries.geojson"
    boundaries.fetch(written(districts(), tmp_path), to)
    areas = sources.read_boundaries(to).to_crs(boundaries.METRES).set_index("code").area / SIDE_M**2
    assert areas[["21", "22"]].round().to_list() == [10, 5]  # Samraong is a district of Takeo and of Oddar Meanchey


def test_neighbours_keep_sharing_their_simplified_border():
    wavy = [(x, 5_000 + (300 if n % 2 else 0)) for n, x in enumerate(range(0, 20_001, 250))]
    north = Polygon([*wavy, (20_000, 20_000), (0, 20_000)])
    south = Polygon([*wavy, (20_000, -10_000), (0, -10_000)])
    wavy_provinces = gpd.GeoDataFrame({"code": ["01", "02"]}, geometry=[north, south], crs=boundaries.METRES)
    simplified = boundaries._simplified(wavy_provinces).geometry.to_numpy()
    assert shapely.get_num_coordinates(simplified).max() < len(wavy) / 4
    assert shapely.intersection(*simplified).area == 0
    assert shapely.union(*simplified).area == pytest.approx(20_000 * 30_000, rel=0.001)


def test_the_file_is_geojson_by_rfc_7946_and_carries_its_attribution(tmp_path):
    to = tmp_path / "boundaries.geojson"
    boundaries.fetch(written(districts(), tmp_path), to)
    collection = json.loads(to.read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    assert collection["attribution"] == boundaries.ATTRIBUTION
    assert "CC BY 4.0" in boundaries.ATTRIBUTION
    outer = [Polygon(f["geometry"]["coordinates"][0]).exterior for f in collection["features"]]
    assert all(ring.is_ccw for ring in outer)


def test_the_same_districts_in_any_order_give_the_same_bytes(tmp_path):
    one, other = tmp_path / "one.geojson", tmp_path / "other.geojson"
    boundaries.fetch(written(districts(), tmp_path), one)
    shuffled = districts().sample(frac=1, random_state=1)
    boundaries.fetch(written(shuffled, tmp_path, "shuffled.geojson"), other)
    assert one.read_bytes() == other.read_bytes()


def test_25_provinces_are_taken_as_they_are(tmp_path):
    dissolved, again = tmp_path / "dissolved.geojson", tmp_path / "again.geojson"
    boundaries.fetch(written(districts(), tmp_path), dissolved)
    boundaries.fetch(dissolved, again)
    assert again.read_bytes() == dissolved.read_bytes()


def test_a_district_too_few_is_refused(tmp_path, there):
    refused(districts().iloc[1:], tmp_path, there, "has 196 districts; expected 197")


def test_an_unknown_name_is_refused_with_the_nearest_names(tmp_path, there):
    spoilt = districts()
    spoilt.loc[spoilt["shapeName"] == "Bavel", "shapeName"] = "Bavvel of Atlantis"
    refused(spoilt, tmp_path, there, r"'Bavvel of Atlantis' \(nearest are .*Bavel.*\); not found: Bavel")


def test_a_name_that_stands_twice_is_refused(tmp_path, there):
    spoilt = districts()
    spoilt.loc[spoilt["shapeName"] == "Bavel", "shapeName"] = "Banan"
    refused(spoilt, tmp_path, there, "too many: 'Banan'")


def test_an_ambiguous_district_that_touches_neither_province_is_refused(tmp_path, there):
    spoilt = districts()
    first = spoilt.index[spoilt["shapeName"] == "Samraong"][0]
    spoilt.loc[first, "geometry"] = box(106.0, 12.0, 106.05, 12.05)
    refused(spoilt, tmp_path, there, "'Samraong' touches 0 of the provinces")


def test_an_invalid_shape_is_refused_by_name(tmp_path, there):
    spoilt = districts()
    bow_tie = Polygon([(105.0, 12.0), (105.1, 12.1), (105.1, 12.0), (105.0, 12.1)])
    spoilt.loc[spoilt["shapeName"] == "Bavel", "geometry"] = bow_tie
    refused(spoilt, tmp_path, there, "invalid or empty shapes: Bavel")


def test_shapes_of_another_place_are_refused(tmp_path, there):
    spoilt = districts()
    spoilt["geometry"] = spoilt.translate(xoff=20)
    refused(spoilt, tmp_path, there, "beyond Cambodia")


def test_a_map_without_known_columns_is_refused(tmp_path, there):
    refused(districts().rename(columns={"shapeName": "NAME_2"}), tmp_path, there, "neither the column shapeName")


def test_provinces_of_before_2014_are_refused(tmp_path, there):
    dissolved = tmp_path / "dissolved.geojson"
    boundaries.fetch(written(districts(), tmp_path), dissolved)
    refused(gpd.read_file(dissolved).iloc[:24], tmp_path, there, "expected each of 01 to 25 once")


def test_a_file_that_is_no_map_or_not_there_is_one_clear_error(tmp_path, there):
    no_map = tmp_path / "table.csv"
    no_map.write_text("this is, no map")
    with pytest.raises(BoundariesError, match=r"table.csv (cannot be read|has no shapes)"):
        boundaries.fetch(no_map, there)
    with pytest.raises(BoundariesError, match="there is no file"):
        boundaries.fetch(tmp_path / "nowhere.geojson", there)
    assert there.read_text() == "as it was"


def test_a_write_that_fails_leaves_what_was_there(monkeypatch, tmp_path, there):
    file = written(districts(), tmp_path)

    def disk_is_full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", disk_is_full)
    with pytest.raises(OSError, match="no space left"):
        boundaries.fetch(file, there)
    assert there.read_text() == "as it was"
    assert list(there.parent.iterdir()) == [there]


# --- the download, without a network


class Web:
    """An internet of two pages."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages, self.asked = pages, []

    def urlopen(self, request: urllib.request.Request, timeout: float) -> io.BytesIO:
        """Return a known page, or fail as the real one does."""
        assert timeout > 0
        self.asked.append(request.full_url)
        if request.full_url not in self.pages:
            raise urllib.error.URLError("name or service not known")
        return io.BytesIO(self.pages[request.full_url])


LINK = "https://example.org/adm2.geojson"


def test_the_download_follows_the_link_that_the_address_names(monkeypatch, tmp_path):
    content = written(districts(), tmp_path).read_bytes()
    web = Web({boundaries.ADDRESS: json.dumps({"gjDownloadURL": LINK}).encode(), LINK: content})
    monkeypatch.setattr(urllib.request, "urlopen", web.urlopen)
    to = tmp_path / "boundaries.geojson"
    boundaries.fetch(None, to)
    assert web.asked == [boundaries.ADDRESS, LINK]
    assert len(sources.read_boundaries(to)) == 25


@pytest.mark.parametrize(
    "pages",
    [
        {},
        {boundaries.ADDRESS: b"<html>be right back</html>"},
        {boundaries.ADDRESS: b'{"message": "no such boundary"}'},
        {boundaries.ADDRESS: json.dumps({"gjDownloadURL": LINK}).encode()},
        {boundaries.ADDRESS: b'{"gjDownloadURL": "file:///etc/hosts"}'},
    ],
    ids=["no network", "no JSON", "no link", "a dead link", "no https link"],
)
def test_a_failed_download_is_one_line_that_says_what_to_do(monkeypatch, there, pages):
    monkeypatch.setattr(urllib.request, "urlopen", Web(pages).urlopen)
    with pytest.raises(BoundariesError, match=r"^the outlines could not be downloaded .* make boundaries BOUNDARIES="):
        boundaries.fetch(None, there)
    assert there.read_text() == "as it was"
    assert list(there.parent.iterdir()) == [there]


def test_a_download_cut_short_is_refused(monkeypatch, tmp_path, there):
    content = written(districts(), tmp_path).read_bytes()
    web = Web({boundaries.ADDRESS: json.dumps({"gjDownloadURL": LINK}).encode(), LINK: content[:-1000]})
    monkeypatch.setattr(urllib.request, "urlopen", web.urlopen)
    with pytest.raises(BoundariesError):
        boundaries.fetch(None, there)
    assert there.read_text() == "as it was"


def test_missing_outlines_say_how_to_get_them(tmp_path):
    with pytest.raises(sources.SourceError, match="make boundaries"):
        sources.read_boundaries(tmp_path / "boundaries.geojson")


def test_the_known_districts_are_197_in_25_provinces_and_share_one_name():
    known = boundaries._known_districts()
    assert len(known) == 197
    assert known["code"].nunique() == 25
    assert known.loc[known["key"].duplicated(keep=False), "code"].tolist() == ["21", "22"]
    assert isinstance(known, pd.DataFrame)
