"""Capture-recapture: how many units a few overlapping lists of them miss, from how often the lists agree.

Counts come by stratum and by history: which of the lists name a unit. ``histories`` fixes the order of the histories;
``two_lists`` has Chapman's estimator; ``log_linear`` the models of three lists, with dependence between pairs of them
that is alike in all strata; ``missed`` draws the numbers that three lists miss, the choice of the model included;
``totals`` adds strata up, over one or several linkages of the lists.

ASSUME: a closed population: the same units stood while all lists were made. ASSUME: a unit is recognised on every
list that names it, or the linkages given say how unsure that is. ASSUME: within a stratum all units have the same
chance to be named by a list; where some are easier to find by every list, the lists agree too often and the number
missed is too low. Two lists must be independent; of three, no more than pairs may depend on each other.
"""

from analysis.models.capture.histories import histories
from analysis.models.capture.missed import missed_by_three
from analysis.models.capture.totals import Missed, totals
from analysis.models.capture.two_lists import chapman, missed_by_two

__all__ = ["Missed", "chapman", "histories", "missed_by_three", "missed_by_two", "totals"]
