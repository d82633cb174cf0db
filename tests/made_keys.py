"""Keys in the store of the current SLANTWISE_HOME, made as an operator makes them."""

from click.testing import CliRunner
from flask import Flask

from service.access.keyring import Keyring
from service.commands_keys import keys


def make_key(*scopes: str, name: str = "a key") -> str:
    """Make a key and return what its holder sends."""
    chosen = [word for scope in scopes for word in ("--scope", scope)]
    made = CliRunner().invoke(keys, ["create", name, *chosen])
    assert made.exit_code == 0, made.output
    return made.stdout.strip()


def key_ids() -> list[str]:
    """Return the ids of all keys, oldest first."""
    listed = CliRunner().invoke(keys, ["list"]).stdout.splitlines()[1:]
    return [line.split()[0] for line in listed]


def revoke_key(key_id: str) -> None:
    """Revoke a key."""
    done = CliRunner().invoke(keys, ["revoke", key_id])
    assert done.exit_code == 0, done.output


def forget(app: Flask) -> None:
    """Let a worker read the keys anew at its next request, as it would a moment later."""
    ring: Keyring = app.extensions["slantwise-keyring"]
    ring._stale_at = float("-inf")


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a key."""
    return {"Authorization": f"Bearer {token}"}
