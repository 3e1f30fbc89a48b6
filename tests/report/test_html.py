"""Tables of HTML: the same numbers, safe wherever they are shown."""

from dataclasses import replace
from html.parser import HTMLParser

import simlab
from simlab import report
from simlab.report.tables import columns_of
from simlab.scenario import parse
from tests.report.made import compared
from tests.report.test_tables import TEXT


class Balanced(HTMLParser):
    """Checks that every tag is closed, and keeps the text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def texts(html: str) -> list[str]:
    parser = Balanced()
    parser.feed(html)
    assert parser.open == []
    return parser.text


def test_a_comparison_has_every_interval_verdict_and_note() -> None:
    found = compared(["a", "b", "c"])
    told = texts(report.comparison_html(found))
    assert all(cell in told for column in columns_of(found) for cell in column.cells)
    assert {"made", "cost (money)", *found.verdicts(), *found.notes()} <= set(told)


def test_bold_is_who_is_surely_better() -> None:
    surely = compared(["a", "b"], measures=["cost"], verdicts={("cost", "a b"): "worse"})
    assert "<b>b</b>" in report.comparison_html(surely)
    assert "<b>a</b>" not in report.comparison_html(surely)
    unsure = compared(["a", "b"], measures=["cost"], verdicts={("cost", "a b"): "identical"})
    assert "<b>" not in report.comparison_html(unsure)


def test_a_run_has_its_main_measures_with_units() -> None:
    run = simlab.run(parse(TEXT, name="small.yaml"), seed=1)
    told = texts(report.run_html(run))
    assert told[0] == "small, no strategy, seed 1"
    assert told[told.index("requests") + 1] == f"{run.summary['requests']:,.0f}"
    assert told[told.index("bad_share") + 1].endswith(" %")


def test_what_comes_from_files_is_escaped() -> None:
    found = compared(["<script>", "b"])
    evil = replace(found, question=replace(found.question, scenario="<img onerror=x>"))
    html = report.comparison_html(evil)
    assert "<script>" not in html
    assert "<img" not in html
    assert "<script>" in texts(html)
