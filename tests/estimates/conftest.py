"""The made-up survey is a module of this folder, which tests of other folders may use too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
