"""Numerals: numbers as they are written in Khmer, ``16,579`` as ``១៦.៥៧៩`` and ``0.38`` as ``០,៣៨``.

The marks between thousands and before decimals are those of the Unicode locale data for Khmer: a full stop and a comma.
"""

IN_KHMER = str.maketrans("0123456789,.", "០១២៣៤៥៦៧៨៩.,")


def in_khmer(number: str) -> str:
    """Return ``number``, as it is printed in English, in Khmer digits."""
    return number.translate(IN_KHMER)
