"""Columns that many tables share, defined once: the same name means the same everywhere."""

from analysis import country
from analysis.contract import Column

PROVINCE_CODE = Column("str", f"two-digit code, {country.N_PROVINCES} {country.PROVINCES}", matches=r"^\d{2}$")
PROVINCE_CODE_OR_COUNTRY = Column(
    "str", f"two-digit code; missing for {country.NAME}", matches=r"^\d{2}$", nullable=True
)
PROVINCE_CODE_2008 = Column(
    "str", "two-digit code, 24 provinces: Kampong Cham includes Tboung Khmum", matches=r"^\d{2}$"
)
GRADE = Column("str", "A at the source, B quoted by another, C derived", isin=("A", "B", "C"))
SOURCE_ID = Column("str", "the document")
