"""A chart's numbers as CSV and as a table."""

import csv
import io

import pytest
from payloads import PAYLOADS

from service.dashboard.data import as_csv
from service.dashboard.tables import as_table


def cells(text: str) -> list[list[str]]:
    """Read CSV."""
    return list(csv.reader(io.StringIO(text)))


def test_csv_has_every_key_and_nothing_for_none() -> None:
    """Columns are all keys in the order of their first sight; what is not there is empty."""
    rows = [{"day": "2026-01-01", "n": 1}, {"day": "2026-01-02", "share": None, "low": -0.5}]
    assert as_csv(rows) == "day,n,share,low\r\n2026-01-01,1,,\r\n2026-01-02,,,-0.5\r\n"
    assert as_csv([]) == "\r\n"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example")', "＝1+1"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    """Text that a spreadsheet would run begins with an apostrophe; numbers are left alone."""
    [[_], [cell]] = cells(as_csv([{"publisher": text}]))
    assert cell == f"'{text}"
    assert cells(as_csv([{"x": -1.5}]))[1] == ["-1.5"]


def test_hostile_names_are_one_cell() -> None:
    """Whatever a publisher is called, its row has as many cells as the others."""
    read = cells(as_csv([{"publisher": payload, "n": 1} for payload in PAYLOADS]))
    assert {len(row) for row in read} == {2}
    assert [row[0].lstrip("'") for row in read[1:]] == [payload.lstrip("'") for payload in PAYLOADS]


def test_one_series_is_a_column_with_intervals() -> None:
    """A place, its value with interval, and how many texts stand behind it."""
    rows = [{"x": "a", "y": 0.5, "low": 0.4, "high": 0.6, "n": 1200}, {"x": "b", "y": None, "n": None}]
    spec = {"x": {"label": "type"}, "y": {"label": "share", "percent": True}, "rows": rows}
    table = as_table(spec)
    assert table.head == ["type", "share", "texts"]
    assert table.rows == [["a", "50.0\u202f% (40.0\u202f% to 60.0\u202f%)", "1\u202f200"], ["b", "–", "–"]]


def test_several_series_are_columns() -> None:
    """What belongs to one place is one row; other bundles are columns of their own."""
    rows = [
        {"x": "d1", "y": 1, "series": "s", "line": "b1"},
        {"x": "d2", "y": 2, "series": "t", "line": "b1"},
        {"x": "d2", "y": 3, "series": "t", "line": "b2"},
    ]
    table = as_table({"x": {"label": "day"}, "y": {"label": "n"}, "rows": rows})
    assert table.head == ["day", "s (b1)", "t (b1)", "t (b2)"]
    assert table.rows == [["d1", "1", "–", "–"], ["d2", "–", "2", "3"]]


def test_bins_are_told_by_both_ends() -> None:
    """A step of a number is named by where it begins and ends."""
    spec = {"x": {"label": "score"}, "y": {"label": "n"}, "rows": [{"x": 0.0, "x2": 0.05, "y": 3}]}
    assert as_table(spec).rows == [["0.00 to 0.05", "3"]]
