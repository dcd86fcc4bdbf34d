"""The one gate for numbers that leave: what may be published of a table, rounded to what can be read.

Published numbers pass as they are: somebody has printed them already. Numbers from records, simulated or real, pass
only if their table says what they are made of (``kinds.Release``); small ones, and those that would give small ones
away, become missing with a reason, the others are made again from rounded counts.
"""

from analysis.disclosure.gate import Released, publishable
from analysis.disclosure.reasons import GUARDED, DisclosureError, told
from analysis.disclosure.rounding import significant

__all__ = ["GUARDED", "DisclosureError", "Released", "publishable", "significant", "told"]
