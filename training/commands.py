"""The commands of training: what ``slantwise`` mounts from this room."""

from training.commands_corpora import corpora
from training.commands_evaluate import evaluate
from training.commands_retrain import retrain
from training.commands_train import train

__all__ = ["corpora", "evaluate", "retrain", "train"]
