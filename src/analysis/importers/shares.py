"""A table too long to be worked on at once, in shares: the fifteen million scores of a million cases.

A share is a range of keys. Rows with the same key stay together, and one share after the other is the order of the
keys, in which tables are written.
"""

from collections.abc import Iterator

import polars as pl

ROWS_IN_A_SHARE = 2**17  # assessments: a million scores
N_KEYS = 2**64


def shares(rows: pl.DataFrame, key: str, n_rows: int) -> Iterator[pl.DataFrame]:
    """Return the rows of ``rows`` in shares of about ``n_rows`` by ``key``; one, if there are few or none."""
    n_shares = -(-rows.height // n_rows)
    if n_shares <= 1:
        return iter([rows])
    share = rows[key] // (N_KEYS // n_shares + 1)
    return (rows.filter(share == number) for number in range(n_shares))
