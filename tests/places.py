"""Where things lie that tests read."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
QUICKSTART = ROOT / "scenarios" / "quickstart"
