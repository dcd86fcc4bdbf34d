"""Parts for a cluster to work out: workers import them by their name."""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd


def drawn_mean(seed: int, rows: pd.DataFrame, times: int) -> pd.DataFrame:
    """A replicate: rows drawn again with a generator of its own."""
    rng = np.random.default_rng(seed)
    means = [rows["x"].to_numpy()[rng.integers(len(rows), size=len(rows))].mean() for _ in range(times)]
    return pd.DataFrame({"seed": seed, "mean": means, "name": [f"replicate {seed}"] * times})


def drawn_with(rng: np.random.Generator, n: int) -> np.ndarray:
    """Two items: a generator, and how much it draws."""
    return rng.normal(size=n)


def summed(values: np.ndarray, weights: np.ndarray) -> float:
    """A large item and something large that all share."""
    return float((values * weights).sum())


def slow(number: int, log: Path, seconds: float) -> int:
    """Takes its time, and notes who began it."""
    with (log / f"{number}.begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(seconds)
    return number * number


def fails_at_three(number: int) -> int:
    """Raises what the same loop in one process would raise."""
    if number == 3:
        raise KeyError("the third is refused")
    return number


def maps_again(number: int) -> list[int]:
    """A part that has parts."""
    from analysis import engine

    return list(engine.map(fails_at_three, range(number)))


def ends_its_worker(number: int) -> None:
    """As the system does to a process that wants more memory than there is."""
    os._exit(number)
