"""The figure of a comparison: above, each strategy's mean with its interval; below, differences.

      static      |-●-|   |-●-|      of each measure a column, in its own unit;
    ★ hpa     |-●-|        |-●-|     differences are a - b, paired by replication, around 0:
      a - b   |-●-| ¦      |-○¦-|    filled where they are sure; what does not matter is shaded

The best of the first measure have a star, but only where they are surely better than another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from simlab.report import forest, style

if TYPE_CHECKING:
    from simlab.study.comparison import Comparison

COLUMNS = 4  # Measures side by side; more go below.
ROW, LINE = 0.24, 0.16  # Inches of a strategy or a pair, and of a line of text.
TICKS, AIR = 0.3, 0.15  # Inches below an axis for its numbers, and below all of a band.
TOP, FOOT = 0.55, 0.12  # Inches above all, for what was asked; below what signs mean.
GAP, EDGE, LETTER = 0.3, 0.25, 0.066  # Inches between columns, right of all, of a letter.


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where things go, in inches.

    Args:
        rows: Of means, and of differences.
        measures: By band.
        left: Where the columns begin.
        width: Of a column.
    """

    rows: tuple[int, int]
    measures: Sequence[Sequence[str]]
    left: float
    width: float

    @property
    def letters(self) -> int:
        """Return how many letters fit above a column."""
        return int((self.width + GAP / 2) / LETTER)

    @property
    def tall(self) -> tuple[float, float]:
        """Return the heights of the panels of means and of differences."""
        means, pairs = self.rows
        return ROW * means + 0.1, ROW * pairs + 0.1 if pairs else 0.0

    def head(self, band: Sequence[str]) -> float:
        """Return the height of what stands above a band."""
        lines = max(forest.title_of(name, "", self.letters).count("\n") + 2 for name in band)
        return LINE * lines + 0.05

    def height(self, band: Sequence[str]) -> float:
        """Return the height of a band."""
        below = TICKS + LINE if self.rows[1] else 0.0
        return self.head(band) + sum(self.tall) + TICKS + below + AIR


def draw(found: "Comparison") -> Figure:
    """Return the figure."""
    plan, signs = plan_of(found), forest.signs_of(found)
    foot = FOOT + LINE * ceil(len(signs) / COLUMNS)
    figure = style.blank(TOP + foot + sum(plan.height(band) for band in plan.measures))
    style.headline(figure, _headline(found))
    top = figure.get_figheight() - TOP
    figure.text(0.01, (top + 0.12) / figure.get_figheight(), found.notes()[0],
                fontsize=style.SMALL, color=style.QUIET, va="bottom")  # fmt: skip
    for band in plan.measures:
        for at, name in enumerate(band):
            _column(figure, plan, found, name, at, top - plan.head(band))
        top -= plan.height(band)
    style.footnotes(figure, signs, COLUMNS)
    return figure


def plan_of(found: "Comparison") -> Plan:
    """Return where the things of a comparison go."""
    measures = found.question.measures
    wide = ceil(len(measures) / ceil(len(measures) / COLUMNS))  # As many in each band.
    bands = [measures[at : at + wide] for at in range(0, len(measures), wide)]
    labels = [*forest.strategies_of(found), *forest.pairs_of(found)]
    left = EDGE + 0.1 + LETTER * max(len(label) for label in labels)
    width = (style.WIDTH - left - EDGE - GAP * (wide - 1)) / wide
    rows = (len(found.strategies), len(forest.pairs_of(found)))
    return Plan(rows=rows, measures=bands, left=left, width=width)


def _headline(found: "Comparison") -> str:
    one = len(found.strategies) == 1
    return f"{found.question.scenario}: {'a strategy' if one else 'strategies compared'}"


def _column(
    figure: Figure, plan: Plan, found: "Comparison", name: str, at: int, top: float
) -> None:
    """Draw one measure's means and differences, from `top` inches down."""
    x = plan.left + at * (plan.width + GAP)
    above, below = plan.tall
    means = _axes(figure, x, top - above, plan.width, above)
    forest.means(means, found, name, labeled=at == 0, letters=plan.letters)
    if below:
        y = top - above - TICKS - below
        differences = _axes(figure, x, y, plan.width, below)
        forest.differences(differences, found, name, labeled=at == 0)


def _axes(figure: Figure, x: float, y: float, width: float, height: float) -> Any:
    wide, high = figure.get_figwidth(), figure.get_figheight()
    return figure.add_axes((x / wide, y / high, width / wide, height / high))
