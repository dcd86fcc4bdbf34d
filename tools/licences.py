"""Print the licences of all that the lock installs, as their packages state them: ``python tools/licences.py``.

The table is ``docs/licences.md``; a test compares its names with the lock's.
"""

import re
import sys
from importlib import metadata
from pathlib import Path

LOCK = Path("requirements.lock")
LONGEST = 60  # characters of a licence's name; some packages write the whole text where its name belongs
CLASSIFIER = "License :: OSI Approved :: "
HEAD = """# Licences of dependencies

As each package states it; what a package that is not installed here (such as one for Windows) states is left open.
Homeward holds no copy of any of them, but for letters inside its figures and pages: DejaVu Sans (Bitstream Vera's
licence) and Noto Sans Khmer (SIL Open Font License 1.1).

| package | licence |
|---|---|
"""


def locked() -> set[str]:
    """Return the names of the packages of the lock, also of those that only some machines install."""
    return set(re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), flags=re.M))


def licence(name: str) -> str:
    """Return the licence that a package states: as an expression, else as classifiers, else in its own words."""
    try:
        stated = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed here"
    classified = [line.removeprefix(CLASSIFIER) for line in stated.get_all("Classifier", []) if CLASSIFIER in line]
    words = (stated.get("License") or "").strip().partition("\n")[0]
    return stated.get("License-Expression") or ", ".join(classified) or words[:LONGEST] or "not stated"


if __name__ == "__main__":
    sys.stdout.write(HEAD + "".join(f"| {name} | {licence(name)} |\n" for name in sorted(locked())))
