"""A check writes down what it found; the command, the metrics and the watching worker read and renew it."""

import json
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import yaml
from click.testing import CliRunner
from flask.testing import FlaskClient
from made_drift import CALM, SHIFTS, TODAY, drawn, keep_days
from prometheus_client.parser import text_string_to_metric_families
from test_observe import samples

import slantwise
from models.observed import Observed, Summary
from models.reference_file import Profile, Spread, write_reference
from service.drift import check as checking
from service.drift.check import Subject, check
from service.drift.state import one_at_a_time, read_state, write_state
from service.drift.watching import COMMAND, Watching
from service.store.cards import pack, unpack_whole
from service.store.database import Database

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
RULES = Path(__file__).parents[1] / "deploy" / "slantwise-alerts.yml"


@pytest.fixture
def backend() -> str:
    """Check on SQLite alone: what is read from either database is tested in test_drift.py."""
    return "sqlite"


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """Return a bundle b1 with a reference of calm texts beside it."""
    rng = Random(9)
    seen = [Observed.of(unpack_whole(pack(drawn(rng, CALM)))) for _ in range(300)]
    part = Profile(Summary.of(seen), Spread(3, {"advocacy": 0.05}, {"advocacy": 0.1, "length": 0.1}), {})
    write_reference(tmp_path / "b1", "0" * 64, {"accurate": part}, {})
    return Subject("b1", "0" * 64, tmp_path / "b1")


@pytest.fixture
def shifted(database: Database) -> Database:
    """Keep five weeks of texts, of which the last is higher in advocacy."""
    rng = Random(1)
    keep_days(database, rng, CALM, range(7, 35))
    keep_days(database, rng, SHIFTS["advocacy"], range(7))
    return database


@pytest.fixture
def bundle_b1(monkeypatch: pytest.MonkeyPatch, subject: Subject) -> None:
    """Let b1 be the bundle in use."""
    monkeypatch.setattr(checking, "bundle_in_use", lambda settings: subject)


def test_a_check_is_kept(shifted: Database, subject: Subject, home: Path) -> None:
    """Signals, alarms, since when, and what is far from the reference stand in drift.json; no text does."""
    first = check(shifted, subject, 7, home, NOW)
    later = check(shifted, subject, 7, home, NOW + timedelta(hours=1))
    assert read_state(home) == json.loads(json.dumps(later))
    assert {one["since"] for one in later["alarms"]} == {first["checked_at"]}
    assert later["checked_at"] > first["checked_at"]
    told = later["profiles"]["accurate"]
    assert (told["status"], told["texts"], told["before"]) == ("alarm", 84, 336)
    assert "advocacy" in told["far_from_reference"]
    assert "length" not in told["far_from_reference"]
    (day,) = later["history"]
    assert day["day"] == TODAY.isoformat()
    assert set(day["sizes"]["accurate"]["advocacy"]) == {"before", "reference"}
    assert "example" not in json.dumps(later["history"])


def test_another_bundle_begins_anew(shifted: Database, subject: Subject, home: Path) -> None:
    """Alarms and history of one bundle are not those of the next, which has no text and no reference."""
    check(shifted, subject, 7, home, NOW)
    other = check(shifted, replace(subject, version="b2", path=subject.path.with_name("b2")), 7, home, NOW)
    assert (other["alarms"], other["profiles"], other["no_reference"]) == (
        [], {}, "b2-reference.json is missing",
    )  # fmt: skip
    assert [one["sizes"] for one in other["history"]] == [{}]


@pytest.mark.usefixtures("bundle_b1")
def test_the_command_says_alarm(
    shifted: Database, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table names the signal; --check makes it exit status 1, and without an alarm 0."""
    monkeypatch.setattr("service.commands_drift.datetime", _Noon)
    plain = runner.invoke(slantwise.main, ["drift"])
    checked = runner.invoke(slantwise.main, ["drift", "--check", "--json"])
    assert (plain.exit_code, checked.exit_code) == (0, 1)
    assert "ALARM since 2026-11-22T12:00:00Z: advocacy, accurate, all texts" in plain.output
    assert json.loads(checked.output)["bundle"] == "b1"


@pytest.mark.usefixtures("bundle_b1")
def test_the_command_says_too_few(
    database: Database, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is kept, and with a handful of texts, there is nothing to say and no alarm."""
    monkeypatch.setattr("service.commands_drift.datetime", _Noon)
    empty = runner.invoke(slantwise.main, ["drift", "--check"])
    assert (empty.exit_code, empty.output) == (0, "bundle b1\nno text of this bundle in these days\n")
    keep_days(database, Random(1), CALM, [0, 8], 3)
    few = runner.invoke(slantwise.main, ["drift", "--check"])
    said = "bundle b1\naccurate, 2026-11-16 to 2026-11-22: too few; 3 texts, 3 before\n"
    assert (few.exit_code, few.output) == (0, said)


class _Noon(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return NOW


@pytest.mark.usefixtures("bundle_b1")
def test_if_due_looks_once_an_hour(
    database: Database, home: Path, runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the hour the last result is shown again; after it, or for a time to come, it is made anew."""
    monkeypatch.setattr("os.nice", lambda more: more)
    monkeypatch.setattr("service.commands_drift.datetime", _Noon)
    ask = ["drift", "--if-due", "--json"]
    for checked_at, fresh in (("2026-11-22T11:30:00Z", True), ("2026-11-22T11:00:00Z", False),
                              ("2026-11-23T12:00:00Z", False), ("soon", False)):  # fmt: skip
        kept = check(database, Subject("b0", "", home / "b0"), 7, home, NOW) | {"checked_at": checked_at}
        write_state(home, kept)
        told = json.loads(runner.invoke(slantwise.main, ask).output)
        assert (told["bundle"], told["checked_at"] == checked_at) == ("b0" if fresh else "b1", fresh)


def test_a_worker_has_it_looked_for_once(home: Path, database: Database, subject: Subject) -> None:
    """The process is started when a check is due, and by nobody else within the hour; a failure is told."""
    code = "import pathlib, sys; f = pathlib.Path(sys.argv[1]); f.write_text(f.read_text() + 'x')"
    called = home / "called"
    called.write_text("")
    watching = Watching(home, (sys.executable, "-c", code, str(called)))
    assert watching.once(NOW)
    check(database, subject, 7, home, NOW)
    assert not watching.once(NOW + timedelta(minutes=30))
    assert watching.once(NOW + timedelta(hours=1))
    assert called.read_text() == "xx"
    assert not Watching(home, (sys.executable, "-c", "raise SystemExit(1)")).once(NOW + timedelta(hours=1))


def test_the_command_of_a_worker_exists(home: Path) -> None:
    """What a worker starts is a command of ours that knows its option."""
    run = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, timeout=60)
    assert (run.returncode, "Compare the last days" in run.stdout) == (0, True)


def test_one_check_waits_for_another(home: Path) -> None:
    """The second check begins when the first has ended."""
    ended: list[str] = []

    def second() -> None:
        with one_at_a_time(home):
            ended.append("second")

    thread = threading.Thread(target=second)
    with one_at_a_time(home):
        thread.start()
        thread.join(0.2)
        ended.append("first")
    thread.join(10)
    assert ended == ["first", "second"]


def test_metrics_show_the_last_check(
    shifted: Database, subject: Subject, home: Path, client: FlaskClient
) -> None:
    """Gauges come from drift.json: none before a check, then sizes and alarms, and never a publisher."""
    assert "slantwise_drift" not in client.get("/metrics").get_data(as_text=True)
    state = check(shifted, subject, 7, home, NOW)
    shown = client.get("/metrics").get_data(as_text=True)
    found = samples(shown)
    one = next(one for one in state["profiles"]["accurate"]["findings"] if one["signal"] == "advocacy")
    assert found["slantwise_drift{against=before,profile=accurate,signal=advocacy}"] == one["size"]
    assert found["slantwise_drift{against=reference,profile=accurate,signal=advocacy}"] == one["reference"]
    assert found["slantwise_drift_alarm{profile=accurate,signal=advocacy}"] >= 1
    assert found["slantwise_drift_alarm{profile=accurate,signal=length}"] == 0
    assert found["slantwise_drift_checked_timestamp_seconds{}"] == NOW.timestamp()
    assert "a.example" not in shown


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"format": "slantwise-drift", "version": 9}'])
def test_a_broken_file_breaks_nothing(home: Path, client: FlaskClient, content: bytes) -> None:
    """A state that cannot be read is none: /metrics answers without gauges of drift."""
    home.mkdir(exist_ok=True)
    (home / "drift.json").write_bytes(content)
    answer = client.get("/metrics")
    assert (answer.status_code, "slantwise_drift" in answer.get_data(as_text=True)) == (200, False)


def test_the_rules_name_metrics_that_exist(
    shifted: Database, subject: Subject, home: Path, client: FlaskClient
) -> None:
    """Each alert has a name, an expression over metrics that /metrics shows, a time and a summary."""
    check(shifted, subject, 7, home, NOW)
    families = text_string_to_metric_families(client.get("/metrics").get_data(as_text=True))
    shown = {family.name for family in families}
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    for rule in group["rules"]:
        assert {"alert", "expr", "for", "labels", "annotations"} == set(rule)
        assert rule["annotations"]["summary"]
        named = {word.strip("()") for word in rule["expr"].split() if "slantwise_" in word}
        assert {name.split("(")[-1] for name in named} <= shown
