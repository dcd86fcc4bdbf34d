"""Earlier releases: what has left is kept, so that the next release is compared with it.

``data/restricted/releases.csv`` has one line a release and figure. ``data/restricted/released/<figure>.csv`` holds,
for each cell that any release told of, every number told and the exact count behind it: it never leaves.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis import store

MANIFEST = "releases.csv"
COLUMNS = ("release", "origin", "figure", "numbers_sha256", "rows", "withheld")


def names(restricted: Path, but: str) -> list[str]:
    """Return the names of all releases recorded in ``restricted`` except ``but``, the first first."""
    return [name for name in _manifest(restricted)["release"].unique() if name != but]


def faults(restricted: Path, origin: str, figures: Mapping[str, str]) -> list[str]:
    """Return why this release cannot be compared with earlier ones: they told of other data.

    ``figures``: the origin of each figure now. One that is made by the simulator alone is simulated beside any records.
    """
    told = _manifest(restricted)
    others = sorted(set(told.loc[told["origin"] != told["figure"].map(figures), "origin"]) - {"published", origin})
    return [
        f"results of {other} data were released from here before, and numbers of {origin} data must not be compared "
        "with them: take another ROOT, or, if those are withdrawn, remove data/restricted/released and "
        f"data/restricted/{MANIFEST}"
        for other in others
        if origin != "published"
    ]


def record(restricted: Path, release: str, figures: pd.DataFrame) -> None:
    """Take the release into the manifest (``figures``: its lines), and its cells among those that were told."""
    for name in figures.loc[figures["origin"] != "published", "figure"]:
        told = _texts(restricted / "candidates" / f"{name}.csv").assign(release=release)
        before = restricted / "released" / f"{name}.csv"
        if before.exists():  # a cell that is in no figure any more was told all the same
            told = pd.concat([_texts(before), told]).drop_duplicates()
        store.replace(before, _csv(told))
    lines = pd.concat([_manifest(restricted), figures.assign(release=release)[list(COLUMNS)].astype("str")])
    store.replace(restricted / MANIFEST, _csv(lines.drop_duplicates(["release", "figure"])))


def _manifest(restricted: Path) -> pd.DataFrame:
    file = restricted / MANIFEST
    return _texts(file) if file.exists() else pd.DataFrame(columns=list(COLUMNS), dtype="str")


def _texts(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype="str", keep_default_na=False)


def _csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n").encode()
