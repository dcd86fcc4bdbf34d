"""Labels of a workbook's choices to the ids they were made from: Primero makes an id of the English label's letters.

"Kinship care / extended family" is ``kinship_care_extended_family``. A Khmer label stays as it is.
"""

import polars as pl

CHOICES = (
    *("sex", "status", "protection_status", "risk_level", "protection_concerns", "disability_type", "separation_cause"),
    *("closure_reason", "source_of_referral", "care_arrangements_type", "type_of_authority", "relation"),
    *("child_caregiver_reason_change", "relation_is_alive", "relation_sex", "access_health_care"),
    *("education_criteria", "food_criteria", "relationship_criteria", "violence_criteria", "final_criteria_rating"),
    *("service_response_type", "service_type", "service_subtype", "referral_status", "cost_category"),
)


def as_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """Return ``rows`` with the labels of choices as ids."""
    return rows.with_columns(_id(pl.col(field)) for field in CHOICES if field in rows.columns)


def _id(label: pl.Expr) -> pl.Expr:
    """Return the id of each English label in the cell; labels of one cell stay joined by " ||| "."""
    is_english = label.str.len_bytes() == label.str.len_chars()
    letters = label.str.to_lowercase().str.replace_all(r"[^a-z0-9|]+", "_")
    single = letters.str.replace_all(r"_?\|\|\|_?", " ||| ").str.strip_chars("_")
    return pl.when(is_english).then(single).otherwise(label)
