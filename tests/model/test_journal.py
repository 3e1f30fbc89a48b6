"""The journal: rows for the record, and what each loop has not yet been told."""

from simlab.core import ActionOutcome, ScaleTo, Span
from simlab.model.journal import Inbox, Journal


def span(trace: str) -> Span:
    return Span(
        trace=trace,
        id=0,
        parent=-1,
        service="web",
        operation="get",
        replica=0,
        start=0.0,
        end=1.0,
        outcome="ok",
    )


def test_an_inbox_is_emptied_by_being_read() -> None:
    inbox = Inbox(lag=0.0)
    journal = Journal(keep_spans=False)
    journal.inboxes["hand"] = inbox
    journal.log(1.0, "crash", "web", 2)
    assert [(one.at, one.kind, one.target) for one in inbox.take_logs()] == [
        (1.0, "crash", "services.web/2")
    ]
    assert inbox.take_logs() == ()


def test_spans_are_told_once_the_lag_has_passed() -> None:
    journal = Journal(keep_spans=True)
    journal.inboxes = {"fast": Inbox(lag=0.0), "slow": Inbox(lag=3.0)}
    journal.spans(2.0, [span("a"), span("b")])
    journal.spans(4.0, [span("c")])
    fast, slow = journal.inboxes["fast"], journal.inboxes["slow"]
    assert [one.trace for one in fast.take_spans(4.0)] == ["a", "b", "c"]
    assert [one.trace for one in slow.take_spans(4.9)] == []
    assert [one.trace for one in slow.take_spans(5.0)] == ["a", "b"]
    assert [one.trace for one in slow.take_spans(7.0)] == ["c"]
    assert [one.trace for one in journal.kept or ()] == ["a", "b", "c"]


def test_spans_are_not_kept_unless_they_are_wanted() -> None:
    journal = Journal(keep_spans=False)
    journal.spans(2.0, [span("a")])
    assert journal.kept is None


def test_outcomes_are_told_to_their_issuer_and_to_nobody_else() -> None:
    journal = Journal(keep_spans=False)
    journal.inboxes = {"hand": Inbox(0.0), "other": Inbox(0.0)}
    outcome = ActionOutcome(action=ScaleTo("web", 3, 1), at=2.0, status="done")
    journal.outcome("hand", outcome, {"kind": "scale"})
    journal.outcome("nobody", outcome, {"kind": "scale"})
    assert journal.inboxes["hand"].take_outcomes() == (outcome,)
    assert journal.inboxes["other"].take_outcomes() == ()
    assert [(row.at, row.kind, row.who, row.data["status"]) for row in journal.events] == [
        (2.0, "action", "hand", "done"),
        (2.0, "action", "nobody", "done"),
    ]


def test_details_are_kept_where_there_are_any() -> None:
    journal = Journal(keep_spans=False)
    journal.log(1.0, "crash", "web", 2)
    journal.config(2.0, "links.a->b.timeout", None, 3.0)
    assert [(row.who, dict(row.data)) for row in journal.events] == [
        ("web", {"kind": "crash", "replica": 2}),
        (
            "a->b",
            {
                "kind": "config",
                "replica": -1,
                "detail": "links.a->b.timeout = 3.0",
                "path": "links.a->b.timeout",
                "before": None,
                "after": 3.0,
            },
        ),
    ]
