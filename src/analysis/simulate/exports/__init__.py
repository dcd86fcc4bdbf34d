"""The exports of the made-up country, each file as its system would write it."""
