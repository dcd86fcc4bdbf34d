"""Exchange rates: one row a currency and the day from which its rate holds."""

from analysis.contract import Column, Table
from analysis.imported import allowed

TABLE = Table(
    one_row_is="a rate of a currency from a day on",
    key=("currency", "valid_from"),
    columns={
        "currency": Column("str", "the currency", isin=allowed.CURRENCY[:-1]),
        "valid_from": Column("datetime64[us]", "first day of the rate; it holds until the next"),
        "per_usd": Column("Float64", "units of the currency for one US dollar", gt=0),
    },
)
