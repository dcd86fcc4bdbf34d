"""Things made ahead: in their order, one before it is asked for, and what goes wrong comes in its turn."""

import sys
import threading

import pytest

from analysis.importers.ahead import ahead


def test_items_come_in_their_order_and_none_is_lost():
    assert list(ahead(iter(range(5)))) == [0, 1, 2, 3, 4]
    assert list(ahead(iter([]))) == []


def test_the_next_is_made_while_one_is_worked_on():
    made = threading.Event()

    def items():
        yield 1
        made.set()
        yield 2

    ready = ahead(items())
    assert next(ready) == 1
    assert made.wait(timeout=10)
    assert list(ready) == [2]


def test_what_goes_wrong_is_raised_after_the_items_before_it():
    def items():
        yield 1
        raise ValueError("the second cannot be made")

    ready = ahead(items())
    assert next(ready) == 1
    with pytest.raises(ValueError, match="the second"):
        next(ready)


def test_the_interpreter_takes_its_usual_turns_again_afterwards():
    usual = sys.getswitchinterval()
    ready = ahead(iter([1, 2]))
    next(ready)
    assert sys.getswitchinterval() < usual
    list(ready)
    assert sys.getswitchinterval() == usual
