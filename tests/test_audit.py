"""The audit: one row and one log line an act, in the transaction of the act, without any text."""

import json
import logging

import pytest
from click.testing import CliRunner
from made_keys import key_ids, make_key, revoke_key

from service.commands_keys import audit
from service.store.audit import last, record
from service.store.database import Database


def test_an_act_is_a_row_and_a_line(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Both say when, who, what, to what and how it ended; the line is JSON."""
    caplog.set_level(logging.INFO, "slantwise.audit")
    record(database, "cli", "publish", "2026.11.1", "done")
    with database.read() as connection:
        (row,) = last(connection, 10)
    (line,) = [json.loads(said) for said in caplog.messages]
    act = {"actor": "cli", "action": "publish", "object": "2026.11.1", "outcome": "done"}
    assert line == {"at": row["at"].isoformat(timespec="milliseconds"), **act}
    assert {name: row[name] for name in act} == act


def test_an_act_undone_leaves_nothing(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Where the transaction of the act fails, its row goes with it, and no line says that it was done."""
    caplog.set_level(logging.INFO, "slantwise.audit")

    def fail() -> None:
        with database.begin() as connection:
            record(connection, "local", "delete", "01M831SMWG8N3D082TNBEKV4VJ", "done")
            raise RuntimeError("the deletion failed")

    with pytest.raises(RuntimeError):
        fail()
    record(database, "local", "rollback", None, "done")
    with database.read() as connection:
        acts = [row["action"] for row in last(connection, 10)]
    assert acts == [json.loads(line)["action"] for line in caplog.messages] == ["rollback"]


@pytest.mark.usefixtures("home")
def test_keys_are_audited(runner: CliRunner) -> None:
    """``slantwise audit`` lists the newest first, and no more than asked for."""
    make_key("score")
    (key,) = key_ids()
    revoke_key(key)
    shown = [json.loads(line) for line in runner.invoke(audit, ["--json"]).stdout.splitlines()]
    assert [[act[name] for name in ("actor", "action", "object", "outcome")] for act in shown] == [
        ["cli", "key.revoke", key, "done"],
        ["cli", "key.create", key, "done"],
    ]
    (line,) = runner.invoke(audit, ["--last", "1"]).stdout.splitlines()
    assert line.split()[1:] == ["cli", "key.revoke", "done", key]
