"""Keys: what stands in a table instead of an id. HMAC-SHA256 of ``namespace:id``, its first 64 bits.

Inside an import a key is a whole number of 64 bits, which joins fast and takes eight bytes; ``as_text`` writes it as
16 hex digits. Ids are made by machines; a name or a birth date is never hashed, because both can be guessed.
"""

import hashlib
import os
from collections.abc import Callable

import numpy as np
import polars as pl
import pyarrow as pa

from analysis.importers.faults import ExportError

VARIABLE = "HOMEWARD_KEY"
PATTERN = r"^[0-9a-f]{16}$"  # of what ``as_text`` writes
BLOCK = 64  # bytes that SHA-256 takes in at once
LEAST_CHARACTERS = 32  # 128 bits in hex digits
PUBLIC = b"simulated records have nothing to hide, so this key is printed here"
NONE_KNOWN = pl.DataFrame(schema={"id": pl.String, "key": pl.UInt64})
HOW = (
    'make one once: (umask 077; python3 -c "import secrets; print(secrets.token_hex(32))" > ~/homeward.key); then, in '
    f"every terminal: export {VARIABLE}=$(cat ~/homeward.key). Keep that file: with another key the same child gets "
    "another pseudonym"
)


def key_for(origin: str) -> bytes:
    """Return the secret of the holder, or the public one for simulated exports; raise ``ExportError`` without one."""
    if origin == "simulated":
        return PUBLIC
    secret = os.environ.get(VARIABLE, "").strip()
    if not secret:
        raise ExportError(f"these are real records and {VARIABLE} is not set; {HOW}")
    if len(secret) < LEAST_CHARACTERS:
        raise ExportError(f"{VARIABLE} is shorter than {LEAST_CHARACTERS} characters; {HOW}")
    return secret.encode()


def pseudonyms(ids: pl.Series, key: bytes, known: pl.DataFrame = NONE_KNOWN) -> pl.Series:
    """Return the key of each of ``ids`` (text, its namespace before it) as a 64-bit number; a missing id has none.

    Each different id is worked out once; those in ``known`` (``id key``, an id once) are looked up.
    """
    if not known.height and not ids.null_count():
        return _hashed(ids, key).alias(ids.name)
    wanted = ids.alias("id").to_frame()
    if known.height:
        wanted = wanted.join(known, on="id", how="left", maintain_order="left")
    else:
        wanted = wanted.with_columns(key=pl.lit(None, pl.UInt64))
    is_new = wanted.select(pl.col("id").is_not_null() & pl.col("key").is_null()).to_series()
    new = wanted["id"].filter(is_new)
    keys = wanted["key"].scatter(is_new.arg_true(), _hashed(new, key)) if len(new) else wanted["key"]
    return keys.alias(ids.name)


def _hashed(ids: pl.Series, key: bytes) -> pl.Series:
    """Return the keys of ``ids``, none of them missing, each different one hashed once."""
    if ids.n_unique() == len(ids):
        return pl.Series("key", _digests(ids, key))
    different = ids.unique()
    pairs = pl.DataFrame({"id": different, "key": _digests(different, key)})
    return ids.to_frame("id").join(pairs, on="id", how="left", maintain_order="left")["key"]


def digester(key: bytes) -> Callable[[str], bytes]:
    """Return the function from a text to the first 64 bits of its HMAC-SHA256 (RFC 2104) under ``key``."""
    inside, outside = _halves(key)

    def digest(text: str) -> bytes:
        inner, outer = inside(), outside()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.digest()[:8]

    return digest


def _digests(texts: pl.Series, key: bytes) -> np.ndarray:
    """Return what ``digester`` gives for each of ``texts``, as whole numbers; a call less for each saves a tenth."""
    inside, outside = _halves(key)
    whole = []
    for text in texts.cast(pl.Binary).to_list():
        inner, outer = inside(), outside()
        inner.update(text)
        outer.update(inner.digest())
        whole.append(outer.digest())
    return np.frombuffer(b"".join(whole), dtype=">u8")[::4].astype(np.uint64)


def _halves(key: bytes) -> tuple[Callable, Callable]:
    """Return copiers of the inner and outer hash with the key worked in once; ``hmac`` takes twice as long."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inside, outside = (hashlib.sha256(bytes(byte ^ pad for byte in block)).copy for pad in (0x36, 0x5C))
    return inside, outside


def as_text(keys: pl.Series) -> pl.Series:
    """Return keys as 16 hex digits, missing where they are missing."""
    digits = keys.fill_null(0).to_numpy().astype(">u8").tobytes().hex().encode()
    ends = np.arange(0, len(digits) + 1, 16, dtype=np.int64)
    text = pa.LargeStringArray.from_buffers(len(keys), pa.py_buffer(ends), pa.py_buffer(digits))
    written = pl.Series(keys.name, pl.from_arrow(text), dtype=pl.String)
    return pl.select(pl.when(keys.is_not_null()).then(written)).to_series().alias(keys.name)
