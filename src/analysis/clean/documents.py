"""Documents: one document that a claim or a table cites, from the list of what we have read."""

import pandas as pd

from analysis.contract import Column, Table

TABLE = Table(
    one_row_is="a document",
    key=("source_id",),
    columns={
        "source_id": Column("str", "our short name of the document", matches=r"^[a-z0-9-]+$"),
        "title": Column("str", "its title; 'title not seen' where we know only its subject or address"),
        "publisher": Column("str", "who published it, and where the copy lies if it is a copy"),
        "year": Column("Int64", "year of publication", ge=1990, nullable=True),
        "url": Column("str", "its address", matches=r"^https?://\S+$", nullable=True),
        "licence": Column("str", "licence as stated; 'not stated' where none is"),
    },
)


def build(documents_printed: pd.DataFrame) -> pd.DataFrame:
    """Return the list of documents as it is."""
    return documents_printed
