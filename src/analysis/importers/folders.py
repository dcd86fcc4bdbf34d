"""Where records may lie and where their results may go: never where git would pick them up.

Standard library only: make asks it before the environment stands (``python -m analysis.importers.folders``).
"""

import subprocess
import sys
from pathlib import Path

from analysis.importers.faults import ExportError

REPOSITORY = Path(__file__).resolve().parents[3]


def checked(records: Path | None, root: Path | None, repository: Path = REPOSITORY) -> None:
    """Raise ``ExportError`` if ``records`` come without a ``root``, or if git would see either of them."""
    if records is not None and root is None:
        raise ExportError("RECORDS needs a ROOT, the folder for its results: make RECORDS=/path ROOT=/other/path")
    if records is not None:
        _refuse_if_seen_by_git("RECORDS", records, repository)
        if not records.is_dir():
            raise ExportError(f"there is no folder {records}, given as RECORDS")
    if root is not None:
        _refuse_if_seen_by_git("ROOT", root, repository)
    if records is not None and root is not None and _is_within(root.resolve(), records.resolve()):
        raise ExportError(f"ROOT={root} lies inside RECORDS={records}: results would be read as exports next time")


def _refuse_if_seen_by_git(name: str, folder: Path, repository: Path) -> None:
    place = folder.resolve()
    if _is_within(repository, place):
        raise ExportError(f"{name}={folder} holds this repository; name a folder of its own")
    if _is_within(place, repository) and not _is_ignored(place, repository):
        raise ExportError(
            f"{name}={folder} lies inside this repository and git does not ignore it: records could be committed; "
            "name a folder outside"
        )


def _is_within(place: Path, other: Path) -> bool:
    return place == other or other in place.parents


def _is_ignored(place: Path, repository: Path) -> bool:
    """Return whether git ignores whatever is put into ``place``; without git nothing is taken as ignored."""
    probe = place / "probe"
    ours = ("-c", f"safe.directory={repository.resolve()}")  # whoever unpacked it: we run its code already
    command = ["git", *ours, "-C", str(repository), "check-ignore", "-q", "--no-index", str(probe)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def main() -> int:
    """Check the folders that make was given (``RECORDS ROOT``, either may be empty); say in one line what is wrong."""
    records, root = (Path(given) if given else None for given in sys.argv[1:3])
    try:
        checked(records, root)
    except ExportError as error:
        print(error)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
