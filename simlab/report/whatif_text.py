"""Tables of a what-if: for each fault and strategy, how it was met and what it cost.

fault (kind)       detected     acted       recovered        requests lost    reaches
dies (crash)
  static           never        never       never            812 [700, 924]   cart, web
  adaptive         20 s         21 s        62 s             95 [80, 110]     cart
"""

from typing import TYPE_CHECKING

from simlab.report.quantities import figures, human, interval
from simlab.report.tables import aligned

if TYPE_CHECKING:
    from simlab.study.statistics import Estimate
    from simlab.study.whatif import WhatIf
    from simlab.study.whatif.recovery import Recovery

HEAD = ("", "detected", "acted", "recovered", "requests lost", "named first", "reaches")
MOST = 3  # Services that are named; the others are counted.


def whatif_rows(found: "WhatIf") -> list[tuple[str, ...]]:
    """Return the table, its head first; a row for each fault, then one for each strategy."""
    rows: list[tuple[str, ...]] = [HEAD]
    for fault in found.faults:
        rows.append((f"{fault} ({found.kinds[fault]})", "", "", "", "", "", ""))
        rows += [_row(found, fault, strategy) for strategy in found.strategies]
    return rows


def _row(found: "WhatIf", fault: str, strategy: str) -> tuple[str, ...]:
    one = found.recovery(fault, strategy)
    if not one.runs:
        return (f"  {strategy}", "did not occur", "", "", "", "", "")
    lost = one.requests_lost
    return (
        f"  {strategy}",
        when(one.time_to_detect, one.detected, one.runs),
        when(one.time_to_act, one.acted, one.runs),
        recovered(one),
        interval(lost.mean, lost.low, lost.high),
        f"{one.first} of {one.ranked}" if one.ranked else "-",
        reaches(found.blast_radius(fault, strategy)),
    )


def when(time: "Estimate", times: int, runs: int) -> str:
    """Return a mean time after the start, and in how many of the runs, if not in all.

    >>> from simlab.study.statistics import Estimate
    >>> when(Estimate(20.0), 5, 5), when(Estimate(20.0), 2, 5), when(Estimate(None), 0, 5)
    ('20 s', '20 s (2 of 5)', 'never')
    """
    if not times or time.mean is None:
        return "never"
    return human(time.mean, "s") + ("" if times == runs else f" ({times} of {runs})")


def recovered(one: "Recovery") -> str:
    """Return the mean time to recover; a lower bound where some runs did not."""
    if not one.recovered:
        return "never"
    time = f"{figures(one.time_to_recover.mean)} s"
    return time if one.recovered == one.runs else f">= {time} ({one.recovered} of {one.runs})"


def reaches(services: list[str]) -> str:
    """Return which services a fault reaches.

    >>> reaches([]), reaches(["a", "b", "c", "d"])
    ('none surely', 'a, b, c and 1 more')
    """
    if not services:
        return "none surely"
    rest = len(services) - MOST
    named = ", ".join(services[:MOST])
    return named if rest <= 0 else f"{named} and {rest} more"


def calm_rows(found: "WhatIf") -> list[tuple[str, ...]]:
    """Return what there was without any fault: false alarms, and the measures asked for."""
    from simlab.report.quantities import headed, scale_of
    from simlab.study.measures import measure_of

    names = ("false_alarms", *found.question.measures)
    columns = []
    for name in names:
        estimates = [found.calm[strategy][name] for strategy in found.strategies]
        factor, word = scale_of([one.mean for one in estimates], measure_of(name).unit)
        cells = [_scaled(one, factor) for one in estimates]
        columns.append([headed(name, word), *cells])
    heads = ["without faults", *found.strategies]
    return list(zip(heads, *columns, strict=True))


def _scaled(one: "Estimate", factor: float) -> str:
    ends = [None if end is None else end * factor for end in (one.mean, one.low, one.high)]
    return interval(*ends)


def whatif_text(found: "WhatIf", width: int | None = None) -> str:
    """Return a what-if in words and figures.

    Args:
        found: The answer.
        width: Of the terminal; None: lines may be as long as they come.
    """
    lines = [f"{found.question.scenario}: what faults do, and how they are met"]
    lines += ["", *aligned(whatif_rows(found), width), "", *aligned(calm_rows(found), width)]
    verdicts = found.verdicts()
    lines += ["", *(verdicts or ["no strategy does surely better than another under any fault"])]
    lines += ["", *(f"({note})" for note in found.notes())]
    return "\n".join(lines)


def whatif_html(found: "WhatIf") -> str:
    """Return the same as tables of HTML; what comes from files is escaped."""
    from simlab.report.html import row, table

    tables = [
        table(caption, row("", cells[0][1:], tag="th"), [row(one[0], one[1:]) for one in cells[1:]])
        for caption, cells in (
            (found.question.scenario, whatif_rows(found)),
            ("without faults", calm_rows(found)),
        )
    ]
    from html import escape

    lines = "".join(f"<li>{escape(line)}</li>" for line in found.verdicts())
    notes = "<br>".join(escape(line) for line in found.notes())
    return f"{''.join(tables)}<ul>{lines}</ul><p>{notes}</p>"
