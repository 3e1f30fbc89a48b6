"""Tables of a sweep: a row for each point and strategy; then who is best where, and what turns.

Rows and sentences that have no room are counted. A star is who is best at a point, where they are
surely better than another there.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from simlab.report.quantities import headed, interval, scale_of
from simlab.report.tables import aligned

if TYPE_CHECKING:
    from simlab.study.sweeps import Spot, Sweep

ROWS = 60  # In a terminal.
TURNS = 20
STAR = "★"


def sweep_text(found: "Sweep", width: int | None = None, rows: int = ROWS) -> str:
    """Return a sweep in words and figures: means with 95 % intervals, the best, what turns.

    Args:
        found: The sweep.
        width: Of the terminal; None: lines may be as long as they come.
        rows: How many are told at most.
    """
    table = table_of(found)
    replications = found.question.replications
    lines = [f"{found.name}: mean [95 % interval] of {replications} replications at each point"]
    lines += ["", *aligned(table[: rows + 1], width)]
    if len(table) > rows + 1:
        lines.append(f"... and {len(table) - rows - 1} more rows")
    lines += ["", *turns_of(found), best_of(found)]
    lines += [f"({note})" for note in found.notes()]
    return "\n".join(lines)


def table_of(found: "Sweep") -> list[list[str]]:
    """Return the heads and rows: factors, strategy, measures."""
    scales = {name: scale_over(found, name) for name in found.measures}
    several = len(found.scenarios) > 1
    head = [*(["scenario"] if several else []), *(found.names[path] for path in found.paths)]
    head += ["strategy", *(headed(name, word) for name, (_, word) in scales.items())]
    body = [
        [
            *([spot.scenario] if several else []),
            *(one.label for one in spot.point.by_path.values()),
            starred(spot, strategy),
            *(_cell(spot, strategy, name, factor) for name, (factor, _) in scales.items()),
        ]
        for spot in found.spots
        for strategy in found.strategies
    ]
    return [head, *body]


def scale_over(found: "Sweep", name: str) -> tuple[float, str]:
    """Return the factor and the unit in which a measure is told at all points."""
    from simlab.study.measures import measure_of

    means = [
        spot.comparison.estimates[strategy][name].mean
        for spot in found.spots
        for strategy in found.strategies
    ]
    return scale_of(means, measure_of(name).unit)


def _cell(spot: "Spot", strategy: str, name: str, factor: float) -> str:
    one = spot.comparison.estimates[strategy][name]
    ends = (one.mean, one.low, one.high)
    return interval(*(None if value is None else value * factor for value in ends))


def surely(spot: "Spot", strategy: str) -> bool:
    """Say whether `strategy` is best at a point, and somebody is not."""
    best = spot.comparison.best
    return strategy in best and len(best) < len(spot.comparison.strategies)


def starred(spot: "Spot", strategy: str) -> str:
    """Return the strategy's name, after a star if it is surely best."""
    return f"{STAR} {strategy}" if surely(spot, strategy) else strategy


def turns_of(found: "Sweep") -> list[str]:
    """Return where the ranking turns, in as many sentences as people read."""
    sentences = found.sentences()
    more = len(sentences) - TURNS
    return [*sentences[:TURNS], *([f"... and {more} more turns"] if more > 0 else [])]


def best_of(found: "Sweep") -> str:
    """Return at how many points each strategy is best in the first measure."""
    counts = Counter(
        strategy for spot in found.spots for strategy in found.strategies if surely(spot, strategy)
    )
    points = len(found.spots)
    parts = [f"{name} at {counts[name]} of {points} points" for name in found.strategies
             if counts[name]]  # fmt: skip
    undecided = sum(not any(_sure(found, spot)) for spot in found.spots)
    if undecided:
        parts.append(f"none is surely better than the others at {undecided}")
    return f"best in {found.measures[0]}: {'; '.join(parts)}"


def _sure(found: "Sweep", spot: "Spot") -> Iterator[bool]:
    return (surely(spot, strategy) for strategy in found.strategies)


def sweep_html(found: "Sweep") -> str:
    """Return a sweep as markup: its table, what turns, who is best, the notes."""
    head, *body = table_of(found)
    rows = "".join(_row(cells) for cells in body)
    table = (
        f"<table><caption>{escape(found.name)}</caption><thead>{_row(head, 'th')}</thead>"
        f"<tbody>{rows}</tbody></table>"
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in [*turns_of(found), best_of(found)])
    notes = "<br>".join(escape(note) for note in found.notes())
    return f"{table}<ul>{lines}</ul><p>{notes}</p>"


def _row(cells: Sequence[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"


PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{font: 14px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 1100px; color: #222}}
table {{border-collapse: collapse; margin: 1em 0}} caption {{text-align: left; font-weight: bold}}
th, td {{padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap}}
img {{max-width: 100%}}
</style></head><body>
<h1>{title}</h1>
{picture}{body}
</body></html>
"""


def sweep_page(found: "Sweep", picture: bytes | None = None) -> str:
    """Return a sweep as a page that needs nothing else; `picture` is a PNG of it."""
    from base64 import b64encode

    image = ""
    if picture is not None:
        data = b64encode(picture).decode("ascii")
        image = f'<p><img alt="{escape(found.name)}" src="data:image/png;base64,{data}"></p>\n'
    return PAGE.format(title=escape(found.name), picture=image, body=sweep_html(found))
