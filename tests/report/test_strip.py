"""The strip: a row for each fault and each link to which something happens."""

from simlab.report.happenings import Mark
from simlab.report.strip import MOST, Row, rows_of
from simlab.telemetry import Record
from simlab.telemetry.record import FaultRecord


def faults(*found: FaultRecord) -> Record:
    return Record(duration=60.0, warmup=0.0, faults=list(found))


def test_a_fault_is_a_row_of_bars_however_often_it_comes() -> None:
    left = faults(
        FaultRecord(fault="limp", kind="slow", start=5.0, stop=8.0),
        FaultRecord(fault="blind", kind="stale_metrics", start=6.0),
        FaultRecord(fault="limp", kind="slow", start=25.0, stop=28.0),
    )
    assert rows_of(left, []) == [
        Row(label="limp (slow)", bars=((5.0, 8.0), (25.0, 28.0))),
        Row(label="blind (stale metrics)", bars=((6.0, 60.0),)),
    ]


def test_a_crash_is_an_instant() -> None:
    [row] = rows_of(faults(FaultRecord(fault="dies", kind="crash", start=5.0)), [])
    assert row == Row(label="dies (crash)", marks=(("crash", (5.0,)),))


def test_what_happens_to_links_has_rows_and_what_happens_to_services_has_none() -> None:
    marks = [
        Mark(kind="opens", what="links.web->db", at=2.0),
        Mark(kind="crash", what="services.web", at=3.0),
        Mark(kind="config", what="links.web->db", at=4.0),
        Mark(kind="opens", what="links.web->db", at=5.0),
    ]
    assert rows_of(faults(), marks) == [
        Row(label="web->db: config", marks=(("config", (4.0,)),)),
        Row(label="web->db: breaker opens", marks=(("opens", (2.0, 5.0)),)),
    ]


def test_what_loops_notice_has_a_row_for_each_kind_below_the_faults() -> None:
    marks = [
        Mark(kind="contest", what="loops", at=4.0),
        Mark(kind="opens", what="links.web->db", at=2.0),
        Mark(kind="symptom", what="loops", at=3.0),
        Mark(kind="contest", what="loops", at=9.0),
    ]
    limp = FaultRecord(fault="limp", kind="slow", start=5.0, stop=8.0)
    assert [row.label for row in rows_of(faults(limp), marks)] == [
        "limp (slow)", "symptoms", "contests of loops", "web->db: breaker opens",
    ]  # fmt: skip
    assert rows_of(faults(), marks)[1].marks == (("contest", (4.0, 9.0)),)


def test_what_has_no_room_is_counted() -> None:
    several = [FaultRecord(fault=f"f{at}", kind="slow", start=at, stop=at + 1) for at in range(40)]
    rows = rows_of(faults(*several), [])
    assert len(rows) == MOST
    assert rows[-1].label == f"and {40 - MOST + 1} more"
    assert len(rows_of(faults(*several[:MOST]), [])) == MOST
    assert rows_of(faults(*several[:MOST]), [])[-1].label == f"f{MOST - 1} (slow)"
