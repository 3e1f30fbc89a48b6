"""The real world: the same controllers on the wall clock, and adapters to what really runs.

Rule 1: nothing is decided here. Loops, pickers, breakers and retries are those of `controllers`,
under the settings that a simulated world gives them. Rule 2: nobody but a clock looks at the time.
Rule 3: rows are those of `model.journal`, so that one who reads a run need not know which it was.

    clock, drive, control   the time, and loops in it: the twin of `model.drive`
    system, recording       what a driver needs of a system; shadow mode; replaying
"""
