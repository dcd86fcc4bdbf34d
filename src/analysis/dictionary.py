"""``docs/tables.md``: every table with its row, its key, its inputs and its columns, written from the contracts."""

from pathlib import Path

from analysis import pipeline, store
from analysis.contract import Column

HEAD = """# Tables

Written from the contracts by `make`; edit the module of a table, not this page. A table `NAME` of a stage lies in
`data/processed/STAGE/NAME.parquet` and is made by `src/analysis/STAGE/NAME.py`; the tables of stage `imported` are
filled together by `make import` from the exports of case systems, and hold keys instead of ids.
"""


def make(to: Path) -> None:
    """Write the page to ``to``."""
    steps = [f"{stage}/{name}" for stage in (store.IMPORTED, *store.STAGES) for name in store.tables_of(stage)]
    store.replace(to, "\n".join([HEAD, *map(_section, steps)]).encode())


def _section(step: str) -> str:
    module = pipeline.module_of(step)
    rows = "\n".join(_row(name, column) for name, column in module.TABLE.columns.items())
    inputs = (
        ", ".join(f"`{name}`" for name in pipeline.inputs_of(module.build)) if hasattr(module, "build") else "exports"
    )
    return (
        f"## {step}\n\n{(module.__doc__ or '').strip()}\n\n"
        f"One row is {module.TABLE.one_row_is}; key: {', '.join(f'`{name}`' for name in module.TABLE.key)}. "
        f"Inputs: {inputs}.\n\n| column | type | unit | may be missing | meaning |\n|---|---|---|---|---|\n{rows}\n"
    )


def _row(name: str, column: Column) -> str:
    return (
        f"| `{name}` | {column.dtype} | {column.unit or ''} | {'yes' if column.nullable else ''} | {column.meaning} |"
    )
