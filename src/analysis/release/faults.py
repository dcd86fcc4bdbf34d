"""The error of a release that is refused."""

from collections.abc import Sequence


class ReleaseError(ValueError):
    """Nothing was released; the message lists every fault and what to do about it."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Make one message of all ``faults``."""
        super().__init__("nothing was released:\n  - " + "\n  - ".join(faults))
