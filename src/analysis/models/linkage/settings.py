"""What a person decides about a linkage: where a link begins, what is laid before a person, what is a chain."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkageSettings:
    """Probabilities, 0 to 1, that part pairs of rows; checked when made.

    ``floor``: pairs less probable are not kept. ``link_at``: a pair of this probability is a link. ``review_from`` and
    ``review_to``: the clerical band. ``chain``: two groups of rows become one facility only if the pairs between them
    have this probability on average. Raises ``ValueError`` if they are not in this order or a link may be shared.
    """

    floor: float
    link_at: float
    review_from: float
    review_to: float
    chain: float

    def __post_init__(self) -> None:
        """Hold the order of the thresholds."""
        if not 0 < self.floor <= self.review_from <= self.link_at <= self.review_to <= 1:
            raise ValueError("thresholds out of order: 0 < floor <= review_from <= link_at <= review_to <= 1")
        if not 0 <= self.chain <= self.link_at:
            raise ValueError("chain is an average over pairs; it must lie between 0 and link_at")
