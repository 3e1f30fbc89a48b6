"""Registers the environments for every test here."""

import simlab.rl  # noqa: F401 (registers)
