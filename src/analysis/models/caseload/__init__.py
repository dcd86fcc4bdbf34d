"""A caseload over time: children come, change tier and leave, visits fall due, and workers make them if they can.

``plan`` says what is assumed, one set of parameters a replication. ``children`` draws children one by one and counts
the visits that fall due; ``careers`` draws workers one by one; ``queue`` lets the visits wait for the workers, step by
step; ``run`` does all three, and ``search`` finds the least workers that do. Nothing is fitted here: what comes out
is as good as what is put in. Held to queueing theory, to linear algebra and to an event loop that shares no code with
it in ``tests/models/caseload`` and ``tests/validation``.
"""
