"""What can be wrong with a cluster, as one message for whoever started it."""


class EngineError(ValueError):
    """The engine or its cluster does not do what it should; the message says which address and what to do."""
