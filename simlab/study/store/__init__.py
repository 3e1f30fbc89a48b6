"""What is kept of experiments: runs by key, in one SQLite file each; listing and exporting them."""

from simlab.study.store.keys import run_key
from simlab.study.store.store import Store

__all__ = ["Store", "run_key"]
