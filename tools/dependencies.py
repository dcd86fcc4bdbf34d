"""Print Make's dependency lines: which modules does each step import, directly or through others, with their tables?

Standard library only: Make runs it before the environment stands, with a Python that may turn out to be too old.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SRC = Path("src")
PACKAGE = "analysis"
PAGES = {
    "pages/index": "index",
    "pages/country_snapshot": "snapshot",
    "pages/brief": "brief",
    "pages/captions": "captions",
    "brief_pdf": "printing",
}
STAGES = ("clean", "features", "estimates", "figures")


def module_file(name: str) -> Path | None:
    """Return the file of a module of the package, or None."""
    path = SRC.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()), None)


@cache
def imported(file: Path) -> tuple[Path, ...]:
    """Return the package's files that ``file`` names in its import statements."""
    return tuple(found for name in _names(file) if (found := module_file(name)))


def _names(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def closure(file: Path) -> list[Path]:
    """Return ``file`` and everything it imports from the package, directly or not."""
    seen, waiting = {file}, [file]
    while waiting:
        new = set(imported(waiting.pop())) - seen
        seen |= new
        waiting += new
    return sorted(seen)


def tables_beside(files: list[Path]) -> list[Path]:
    """Return the tables that lie beside ``files``, which these read."""
    return sorted({table for folder in {file.parent for file in files} for table in folder.glob("*.csv")})


def of_country(files: list[Path]) -> list[str]:
    """Return the country's file, if one of ``files`` is the module that reads it."""
    return ["src/analysis/countries/$(COUNTRY).toml"] if SRC / PACKAGE / "country.py" in files else []


def steps() -> Iterator[tuple[str, Path]]:
    """Yield each step's stamp and the file its closure starts from."""
    for stage in STAGES:
        for file in sorted((SRC / PACKAGE / stage).glob("[!_]*.py")):
            yield f"{stage}/{file.stem}", file
            if stage == "figures":
                yield f"{stage}/{file.stem}.csv", file
    for file in sorted(Path("notebooks").glob("[0-9]*.py")):
        yield f"notebooks/{file.stem}", file
    yield "simulate", SRC / PACKAGE / "simulate" / "run.py"
    yield "import", SRC / PACKAGE / "importers" / "run.py"
    for page, module in PAGES.items():
        yield page, SRC / PACKAGE / "page" / f"{module}.py"
    yield "facility_review", SRC / PACKAGE / "facility_review.py"


def published(step: str, file: Path) -> list[str]:
    """Return the numbers of the figures that a notebook draws: what it shows may not differ from them by a few."""
    figures = [module for module in imported(file) if module.parent.name == "figures"]
    return [f"$(OUT)figures/{module.stem}.csv" for module in figures] if step.startswith("notebooks/") else []


def lines() -> Iterator[str]:
    """Yield one line a step, and one that says that these are all."""
    for step, file in steps():
        if file.exists():
            modules = closure(file)
            needed = [*map(str, [*modules, *tables_beside(modules)]), *of_country(modules), *published(step, file)]
            yield f"$(STAMPS)/{step}: {' '.join(needed)}\n"
    yield "# end\n"


def main() -> str | None:
    """Print the lines; return in one line what keeps from it."""
    try:
        sys.stdout.writelines(lines())
        sys.stdout.flush()
    except SyntaxError as error:
        return f"{error.filename}, line {error.lineno}: this is no Python ({error.msg})"
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python tries again as it ends
        return f"what each step imports could not be written down in build/dependencies.mk: {error.strerror}"
    return None


if __name__ == "__main__":
    sys.exit(main())
