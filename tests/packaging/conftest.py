"""Makes the set-up's own modules importable, as they are when bootstrap.py runs as a script."""

import sys

from tests.conftest import ROOT

sys.path.append(str(ROOT / "packaging"))
