"""The tests of parsing read answers made by the stand-ins of tests/sources."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
