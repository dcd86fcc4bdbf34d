"""A sign of the secret key, by which make notices another one: the key cannot be worked out from it.

Standard library only: make asks it before the environment stands (``python -m analysis.importers.key_sign``).
"""

import hmac
import os

VARIABLE = "HOMEWARD_KEY"
SAID = b"make asks whether this is the key of the last import"


def sign(secret: str) -> str:
    """Return what only the holder of ``secret`` can work out."""
    return hmac.new(secret.strip().encode(), SAID, "sha256").hexdigest()


if __name__ == "__main__":
    print(sign(os.environ.get(VARIABLE, "")))  # noqa: T201
