"""Which languages results are written in, and where the outputs of each stand."""

from analysis import country

ENGLISH, KHMER = "en", "km"
LANGUAGES = country.RESULT_LANGUAGES


def folder(language: str) -> str:
    """Return where the outputs of ``language`` stand below ``figures``: English ones in it, others in their own."""
    return "" if language == ENGLISH else f"{language}/"
