"""Every number we chose, read once from ``study.toml`` and frozen; what a country file says of it comes on top.

``study.country`` is the country's own file: names, words, currencies (``docs/recipes/add-a-country.md``).

A table that needs a choice takes ``study`` as an argument; a notebook changes one with
``study.changed("province_rates.prior_sd_slope", 1.0)`` and passes the new study on.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
OUTPUTS = Path(os.environ.get("HOMEWARD_ROOT") or ROOT)  # where results go: elsewhere for a holder's own records
STUDY_FILE = Path(__file__).with_name("study.toml")


class NoChoiceError(AttributeError, ValueError):
    """A step asks for a choice that ``study.toml`` does not have: misspelt there, or taken out."""


class Study(Mapping[str, Any]):
    """A frozen tree of choices: ``study.care_rates.confidence`` or ``study["care_rates"]["confidence"]``."""

    def __init__(self, choices: Mapping[str, Any], path: str = "") -> None:
        object.__setattr__(self, "_path", path)
        object.__setattr__(
            self,
            "_choices",
            {
                name: Study(value, f"{path}{name}.") if isinstance(value, Mapping) else _frozen(value)
                for name, value in choices.items()
            },
        )

    def __getitem__(self, name: str) -> Any:
        if name not in self._choices:
            known = ", ".join(self._choices)
            raise KeyError(f"study.toml has no choice {self._path}{name}; it has {known}")
        return self._choices[name]

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise NoChoiceError(error.args[0]) from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a study is frozen; study.changed(path, value) returns a changed one")

    def __iter__(self) -> Iterator[str]:
        return iter(self._choices)

    def __len__(self) -> int:
        return len(self._choices)

    def __reduce__(self) -> tuple[type["Study"], tuple[Mapping[str, Any], str]]:
        return Study, (self._choices, self._path)  # so that workers of another process can be given a study

    def changed(self, path: str, value: Any) -> "Study":
        """Return a copy in which the choice at the dotted ``path`` is ``value``; it must already exist."""
        head, _, rest = path.partition(".")
        new = self[head].changed(rest, value) if rest else value
        if not rest:
            self[head]  # a misspelt choice must fail, not be added
        return Study({**self._choices, head: new}, self._path)


@cache  # frozen, so that all may have the same one: a step asks four times
def load() -> Study:
    """Return the choices of ``study.toml``, with those of the country, and its file as ``country``."""
    from analysis import country  # not above: a country without a file is one clear message, not a failed import

    told = country.read(country.CHOSEN)
    try:
        choices = tomllib.loads(STUDY_FILE.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{STUDY_FILE.relative_to(ROOT)} cannot be read: {error}; write: name = value  # reason"
        ) from None
    return with_changes(Study(choices | {"country": told}), told.get("study", {}))


def with_changes(study: Study, changes: Mapping[str, Any]) -> Study:
    """Return ``study`` with each of ``changes``, a value by its dotted path.

    Raises ``ValueError`` for a path that names no choice there is.
    """
    for path, value in changes.items():
        try:
            study = study.changed(path, value)
        except KeyError as error:
            raise ValueError(f"the country file changes {path!r}, which is no choice: {error.args[0]}") from None
    return study


def as_json(value: Any) -> Any:
    """Return a study, or one of its choices, as JSON has them: objects and lists."""
    if isinstance(value, Mapping):
        return {name: as_json(inner) for name, inner in value.items()}
    return [as_json(item) for item in value] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list | tuple) else value
