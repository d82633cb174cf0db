"""The training loop: bf16 where the processor has it, checkpoints that resume, early stopping."""

import copy
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from training.finetune.batches import plan
from training.finetune.loss import loss, moved, probabilities
from training.finetune.network import Network, bf16
from training.finetune.probe import probe, vectors_of
from training.finetune.tasks import Example


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how fast; ``epochs`` by stream, ``average`` the decay of averaged weights (0: none).

    ``probe`` is the penalty on weights with which linear layers are fitted before all (0: they start at 0),
    ``anchor`` how strongly vectors are held to what they were.
    """

    epochs: Mapping[str, float]
    rate: float = 1e-4
    head_rate: float = 1e-3
    size: int = 32
    warm: float = 0.1
    average: float = 0.0
    probe: float = 0.0
    anchor: float = 0.0
    seed: int = 0
    checks: int = 4
    save_seconds: float = 300


def finetune(
    network: Network, examples: Sequence[Example], recipe: Recipe, watched: Sequence[Example] = (),
    checkpoint: Path | None = None, title: str = "fine-tuning",
) -> list[float]:  # fmt: skip
    """Train in place; return the loss on the ``watched`` examples at each check.

    The weights with the lowest watched loss are kept, where something is watched. With a ``checkpoint`` a
    run that was killed goes on from it; it must be of the same examples and recipe.
    """
    torch.manual_seed(recipe.seed)
    rows = [network.row(example) for example in examples]
    steps = plan(examples, [len(row.ids) for row in rows], recipe.epochs, recipe.size, recipe.seed).steps
    before = vectors_of(network, rows) if recipe.probe or recipe.anchor else []
    if recipe.probe and not (checkpoint and checkpoint.is_file()):
        probe(network, examples, before, recipe.probe)
    run = _Run(network, recipe, len(steps))
    done = run.resume(checkpoint)
    checks = {round(len(steps) * (i + 1) / recipe.checks) - 1 for i in range(recipe.checks)}
    saved = time.monotonic()
    network.train()
    for number in tqdm(range(done, len(steps)), title, initial=done, total=len(steps), mininterval=10):
        with bf16():
            vectors, logits = network([rows[i] for i in steps[number]])
        value = loss(logits, [examples[i] for i in steps[number]])
        if recipe.anchor:
            value = value + recipe.anchor * moved(vectors, [before[i] for i in steps[number]])
        run.step(value)
        if watched and number in checks:
            run.check(watched)
        if checkpoint and time.monotonic() - saved > recipe.save_seconds:
            run.save(checkpoint, number + 1)
            saved = time.monotonic()
    run.finish()
    if checkpoint:
        checkpoint.unlink(missing_ok=True)
    return run.losses


class _Run:
    """What a run carries from step to step."""

    def __init__(self, network: Network, recipe: Recipe, steps: int) -> None:
        self.network = network
        self.recipe = recipe
        self.losses: list[float] = []
        self.best: dict[str, Any] | None = None
        groups = [
            {"params": g["params"], "lr": recipe.head_rate if "head" in g else recipe.rate}
            for g in network.trained()
        ]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        warm = max(1, round(recipe.warm * steps))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / max(1, steps - warm)))
        )
        self.mean = copy.deepcopy(network.state_dict()) if recipe.average else None

    def step(self, value: torch.Tensor) -> None:
        self.optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_([p for g in self.optimiser.param_groups for p in g["params"]], 1.0)
        self.optimiser.step()
        self.schedule.step()
        if self.mean is not None:
            for name, now in self.network.state_dict().items():
                self.mean[name].lerp_(now, 1 - self.recipe.average)

    def check(self, watched: Sequence[Example]) -> None:
        now = copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(self.mean or now)
        self.losses.append(held_out_loss(self.network, watched))
        if self.losses[-1] == min(self.losses):
            self.best = copy.deepcopy(self.network.state_dict())
        self.network.load_state_dict(now)
        self.network.train()

    def finish(self) -> None:
        self.network.load_state_dict(self.best or self.mean or self.network.state_dict())
        self.network.eval()

    def save(self, path: Path, done: int) -> None:
        state = {
            "done": done, "network": self.network.state_dict(), "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(), "mean": self.mean, "best": self.best,
            "losses": self.losses, "random": torch.get_rng_state(),
        }  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.rename(path)

    def resume(self, path: Path | None) -> int:
        if path is None or not path.is_file():
            return 0
        state = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.mean, self.best, self.losses = state["mean"], state["best"], state["losses"]
        torch.set_rng_state(state["random"])
        return int(state["done"])


def held_out_loss(network: Network, examples: Sequence[Example]) -> float:
    """Return the mean loss on examples that do not train."""
    network.eval()
    values = []
    order = sorted(examples, key=lambda example: len(example.text))
    with torch.no_grad(), bf16():
        for start in range(0, len(order), 64):
            part = order[start : start + 64]
            _, logits = network([network.row(example) for example in part])
            values.append((float(loss(logits, part)), len(part)))
    return sum(v * n for v, n in values) / max(1, sum(n for _, n in values))


def predict(
    network: Network, examples: Sequence[Example], title: str = "predicting"
) -> dict[str, torch.Tensor]:
    """Return each task's probabilities, one row an example, in order."""
    network.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].text))
    found: dict[str, list[torch.Tensor]] = {}
    with torch.no_grad(), bf16():
        for start in tqdm(range(0, len(order), 64), title, leave=False, mininterval=10):
            part = [examples[i] for i in order[start : start + 64]]
            _, logits = network([network.row(example) for example in part])
            for name, values in logits.items():
                found.setdefault(name, []).append(probabilities(name, values.float()))
    back = torch.argsort(torch.tensor(order))
    return {name: torch.cat(values)[back] for name, values in found.items()}
