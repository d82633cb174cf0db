"""``slantwise keys``: made once, shown once, kept as a digest, ended for good."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from made_keys import key_ids, make_key, revoke_key
from sqlalchemy import select

from models.home import slantwise_home
from service.commands_keys import audit, keys
from service.store.database import Database, database_at
from service.store.keys import LiveKey, create_key, digest_of, list_keys, live_keys
from service.store.keys import revoke_key as revoke_key_of
from service.store.schema import keys as table

pytestmark = pytest.mark.usefixtures("home")


def store() -> Database:
    """Open the store of the current SLANTWISE_HOME."""
    return database_at("", slantwise_home())


def test_a_key_is_shown_once_and_kept_as_a_digest(runner: CliRunner) -> None:
    """Standard output is the key and nothing else; the store holds only what cannot be turned back."""
    made = runner.invoke(keys, ["create", "Anna's desk", "--scope", "score", "--scope", "read"])
    token = made.stdout.strip()
    assert re.fullmatch(r"slw_[A-Za-z0-9_-]{43}", token)
    with store().read() as connection:
        (row,) = connection.execute(select(table)).mappings()
    assert row["digest"] == digest_of(token)
    assert (row["name"], row["scopes"], row["revoked_at"]) == ("Anna's desk", "read score", None)
    assert len(row["digest"]) == 32
    assert made.stderr.startswith(f"Key {row['id']} (Anna's desk: read, score).")


def test_no_file_holds_a_key(home: Path, runner: CliRunner) -> None:
    """Neither the store, its logs nor any listing ever shows a key, alive or revoked."""
    tokens = [make_key("score"), make_key("admin")]
    revoke_key(key_ids()[0])
    files = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    said = "".join(
        runner.invoke(command, arguments).output
        for command in (keys, audit)
        for arguments in (["list"], ["list", "--json"], [], ["--json"])
    )
    assert len(said) > 500
    for token in tokens:
        assert token.encode() not in files
        assert token not in said
        assert digest_of(token).hex() not in said


def test_digests_belong_to_one_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same key has another digest under another install secret, so a stolen table opens nothing else."""
    here = digest_of("slw_one")
    assert digest_of("slw_one") == here
    monkeypatch.setenv("SLANTWISE_HOME", str(tmp_path / "elsewhere"))
    assert digest_of("slw_one") != here


def test_list_as_json(runner: CliRunner) -> None:
    """Each key is one object a line, oldest first, revoked ones with their time."""
    make_key("admin", name="first")
    make_key("read", "score", name="second")
    revoke_key(key_ids()[0])
    rows = [json.loads(line) for line in runner.invoke(keys, ["list", "--json"]).stdout.splitlines()]
    assert [(row["name"], row["scopes"], row["revoked_at"] is None) for row in rows] == [
        ("first", ["admin"], False),
        ("second", ["read", "score"], True),
    ]
    assert [[*row] for row in rows] == [["id", "name", "scopes", "created_at", "revoked_at"]] * 2


def test_revoked_keys_are_not_live(database: Database) -> None:
    """A revoked key is gone from the live ones, stays in the list, and cannot be revoked again."""
    with database.begin() as connection:
        gone, _ = create_key(connection, "gone", ["score"])
        stays, token = create_key(connection, "stays", ["read", "score"])
        assert revoke_key_of(connection, gone.id)
        assert not revoke_key_of(connection, gone.id)
        assert not revoke_key_of(connection, "unknown")
    with database.read() as connection:
        listed = list_keys(connection)
        assert [*live_keys(connection)] == [
            LiveKey(stays.id, "stays", frozenset({"read", "score"}), digest_of(token))
        ]
    assert listed == [replace(gone, revoked_at=listed[0].revoked_at), stays]
    assert listed[0].revoked_at is not None
    assert listed[0].revoked_at >= gone.created_at


def test_the_last_key_gone_is_said(runner: CliRunner) -> None:
    """Who revokes the last key is told that this machine needs none now."""
    make_key("score")
    done = runner.invoke(keys, ["revoke", key_ids()[0]])
    assert done.exit_code == 0
    assert "may ask without one now, unless SLANTWISE_REQUIRE_KEYS=1" in done.stderr


@pytest.mark.parametrize("given", ["01M831SMWG8N3D082TNBEKV4VJ", "slw_" + "x" * 43, "", "a key"])
def test_revoking_what_is_no_key(runner: CliRunner, given: str) -> None:
    """An unknown id fails; a key given in place of its id is refused, and never written down."""
    make_key("score")
    done = runner.invoke(keys, ["revoke", given])
    assert done.exit_code != 0
    acts = [json.loads(line) for line in runner.invoke(audit, ["--json"]).stdout.splitlines()]
    tried = [act["object"] for act in acts if act["action"] == "key.revoke"]
    assert tried == ([given] if given.startswith("01") else [])


@pytest.mark.parametrize(
    "arguments",
    [
        ["create", "a name"],
        ["create", "a name", "--scope", "all"],
        ["create", "", "--scope", "score"],
        ["create", "two\nlines", "--scope", "score"],
        ["create", "x" * 101, "--scope", "score"],
    ],
)
def test_bad_requests_make_no_key(runner: CliRunner, arguments: list[str]) -> None:
    """Without a scope, with an unknown one, or with a name that cannot be shown, nothing is made."""
    assert runner.invoke(keys, arguments).exit_code == 2
    assert key_ids() == []


def test_an_unusable_store_is_told(runner: CliRunner, home: Path) -> None:
    """A store that cannot be opened gives one sentence, not a traceback."""
    home.mkdir()
    (home / "slantwise.db").write_bytes(b"no database" * 100)
    done = runner.invoke(keys, ["list"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert "slantwise.db" in done.stderr
