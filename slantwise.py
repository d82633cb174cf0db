"""The front door: one command line that mounts the rooms' commands, each imported when asked."""

import importlib

import click

COMMANDS = {
    "serve": "service.commands",
    "score": "service.commands",
    "publish": "service.commands_bundles",
    "rollback": "service.commands_bundles",
    "bundles": "service.commands_bundles",
    "keys": "service.commands_keys",
    "db": "service.commands_db",
    "rescore": "service.commands_rescore",
    "audit": "service.commands_keys",
    "demo": "service.commands_demo",
    "drift": "service.commands_drift",
    "feedback": "service.commands_feedback",
    "corpora": "training.commands",
    "train": "training.commands",
    "retrain": "training.commands",
    "evaluate": "training.commands",
}


class FrontDoor(click.Group):
    """A group whose commands live in the rooms and are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, without importing any room."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the room that holds the command."""
        if cmd_name not in COMMANDS:
            return None
        room = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(room, cmd_name)
        return command


@click.group(cls=FrontDoor)
@click.version_option(package_name="slantwise")
def main() -> None:
    """Score news text for slant, train the models that do it, and say how good they are."""


if __name__ == "__main__":
    main()
