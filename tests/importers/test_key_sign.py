"""The sign of a key: another for another key, and nothing of the key in it."""

import hashlib
import subprocess
import sys

from analysis.importers import key_sign, keys

KEY = "1a" * 32


def test_each_key_has_its_own_sign_which_is_no_plain_digest_of_it():
    assert key_sign.sign(KEY) == key_sign.sign(f" {KEY}\n")  # the importers take it without blanks too
    assert key_sign.sign(KEY) != key_sign.sign(KEY[:-1] + "b")
    assert key_sign.sign(KEY) not in (KEY, hashlib.sha256(KEY.encode()).hexdigest())


def test_the_sign_is_told_of_the_key_that_the_importers_take():
    assert key_sign.VARIABLE == keys.VARIABLE
    command = [sys.executable, "-m", "analysis.importers.key_sign"]
    told = subprocess.run(command, env={keys.VARIABLE: KEY}, capture_output=True, text=True, check=True).stdout
    assert told == key_sign.sign(KEY) + "\n"
