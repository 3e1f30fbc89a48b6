"""The fakes beside this file are imported by name, also by spawned workers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
