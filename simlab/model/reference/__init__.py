"""The reference engine: every request in plain SimPy, one event for each event of the model."""
