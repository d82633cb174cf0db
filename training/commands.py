"""The commands of training: what ``slantwise`` mounts from this room."""

from training.commands_corpora import corpora

__all__ = ["corpora"]
