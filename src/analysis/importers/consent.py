"""Permission for anonymous reporting: only records whose answer is yes go on. A no beats a yes; silence is not yes.

An answer holds for a case in every file that tells of it. The operator can add answers that stand on paper in
``consent.csv`` beside the exports: ``id,anonymous_reporting``; the id is a slug, a case id or a submission's uuid.
"""

from pathlib import Path

import polars as pl

from analysis.importers.exports import CONSENT, check_own
from analysis.importers.faults import refused
from analysis.importers.keys import pseudonyms

COLUMNS = ("id", "anonymous_reporting")
NAMESPACES = ("slug", "case_id", "kobo")
SHAPE = "Make it a CSV (UTF-8) with the columns id,anonymous_reporting and yes or no in the second"
MOVE = "Put all answers on paper into one consent.csv in the folder that you import"
N_LINES_SHOWN = 5


def answers_on_paper(folder: Path, key: bytes) -> pl.DataFrame:
    """Return the answers of ``consent.csv``: ``of`` (the record's key), ``answer``, ``line``; none without a file."""
    file = folder / CONSENT
    misplaced = min((place for place in folder.rglob(CONSENT) if place != file), default=None)
    if misplaced is not None:
        below = misplaced.parent.relative_to(folder).as_posix()
        raise refused(misplaced, f"it stands in {below}, where it would not be read", MOVE)
    if not (file.exists() or file.is_symlink()):
        return pl.DataFrame(schema={"of": pl.UInt64, "answer": pl.Categorical, "line": pl.Int64})
    check_own(file)
    try:
        listed = pl.read_csv(file, infer_schema=False, encoding="utf8")
    except (pl.exceptions.PolarsError, UnicodeError):
        raise refused(file, "it is not a table", SHAPE) from None
    if tuple(name.strip().lower() for name in listed.columns) != COLUMNS:
        raise refused(file, "its columns are others than expected", SHAPE)
    answers = listed.select(
        pl.col(listed.columns[0]).str.strip_chars().alias("id"),
        pl.col(listed.columns[1]).str.strip_chars().str.to_lowercase().alias("answer"),
    ).with_row_index("line", offset=2)
    unclear = answers.filter(pl.col("id").is_null() | ~pl.col("answer").is_in(["yes", "no"]).fill_null(value=False))
    if unclear.height:
        lines = ", ".join(str(line) for line in unclear["line"].head(N_LINES_SHOWN))
        raise refused(file, f"{unclear.height} lines are neither yes nor no, such as line {lines}", SHAPE)
    return pl.concat([_of(answers, namespace, key) for namespace in NAMESPACES])


def permitted(records: pl.DataFrame, of: str, answers: pl.DataFrame) -> pl.Series:
    """Return the keys (column ``of``) of the records with a yes and no no, in all files and on paper together."""
    answered = _answered(records, of, answers)
    return answered.filter(pl.col("yes") & ~pl.col("no"))["of"].alias(of)


def n_contradicting(records: pl.DataFrame, of: str, answers: pl.DataFrame) -> int:
    """Return for how many records both a yes and a no stand somewhere; the no was taken."""
    return _answered(records, of, answers).select((pl.col("yes") & pl.col("no")).sum()).item()


def refusing(records: pl.DataFrame, of: str, answers: pl.DataFrame) -> pl.Series:
    """Return the keys (column ``of``) of the records with a no in any file or on paper."""
    return _answered(records, of, answers).filter(pl.col("no"))["of"].alias(of)


def unheard(answers: pl.DataFrame, *records: pl.Series) -> tuple[int, ...]:
    """Return the lines of ``consent.csv`` whose id names none of ``records`` (keys): a mistyped no would be one."""
    known = pl.concat([keys.cast(pl.UInt64) for keys in records]).unique()
    heard = answers.filter(pl.col("of").is_in(known.implode()))["line"]
    return tuple(answers.filter(~pl.col("line").is_in(heard.implode()))["line"].unique().sort())


def _answered(records: pl.DataFrame, of: str, answers: pl.DataFrame) -> pl.DataFrame:
    """Return for each record whether any file or the paper says yes, and whether any says no."""
    said = records.select(pl.col(of).alias("of"), **_yes_and_no("use_allowed")).drop_nulls("of")
    on_paper = answers.select("of", **_yes_and_no("answer")).join(said, on="of", how="semi")
    return pl.concat([said, on_paper]).group_by("of").agg(pl.col("yes", "no").any())


def _yes_and_no(column: str) -> dict[str, pl.Expr]:
    return {answer: (pl.col(column) == answer).fill_null(value=False) for answer in ("yes", "no")}


def _of(answers: pl.DataFrame, namespace: str, key: bytes) -> pl.DataFrame:
    ids = answers.select(pl.format(f"{namespace}:{{}}", "id").alias("id")).to_series()
    return answers.select(
        pseudonyms(ids, key).alias("of"), pl.col("answer").cast(pl.Categorical), pl.col("line").cast(pl.Int64)
    )
