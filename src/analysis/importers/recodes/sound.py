"""Whether a file of Stata or SPSS can be read at all, tried in a process of its own.

The library that reads these files is written in C and may crash on a damaged one: then another process dies, and the
import says which file it was.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PATIENCE = 600  # seconds; the largest surveys, of millions of persons, take a minute
PROBE = """
import sys
import pyreadstat
kind, file, *wanted = sys.argv[1:]
read = {"stata": pyreadstat.read_dta, "spss": pyreadstat.read_sav}[kind]
for encoding in (None, "LATIN1"):
    try:
        _, found = read(file, metadataonly=True, encoding=encoding)
        columns = [name for name in found.column_names if name and name.casefold() in wanted]
        options = {"encoding": encoding, "output_format": "dict", "disable_datetime_conversion": True}
        if columns:
            for _ in pyreadstat.read_file_in_chunks(read, file, chunksize=100000, usecols=columns, **options):
                pass
        sys.exit(0)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError):
        continue
sys.exit(1)
"""


def is_sound(file: Path, kind: str, wanted: Iterable[str]) -> bool:
    """Return whether another process can read the ``wanted`` variables (any case) of a ``kind`` of file to its end."""
    names = [name.casefold() for name in wanted]
    command = [sys.executable, "-I", "-c", PROBE, kind, str(file), *names]
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE).returncode == 0  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
