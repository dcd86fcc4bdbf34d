"""What a programme changes that starts in one group of places after the other: staggered roll-out.

``panel`` holds a number of each unit in each period and when it started; ``group_time`` tells, for every group that
started together and every period, what was observed and what would have been without the programme; ``effects`` adds
these up by time since the start, by group or over all, with errors, bands and intervals; ``before`` asks whether
groups moved apart before they started; ``two_way`` is the regression with unit and period effects, and why it misleads.
Held to R in ``tests/models/staggered``; how often intervals hold is in ``tests/validation/test_staggered.py``.
"""
