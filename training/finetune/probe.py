"""Linear probing before fine-tuning: the linear layers start as logistic regressions on the vectors given.

From layers of zeros the first steps bend the encoder towards whatever lowers the loss soonest; from layers
that fit its vectors already they do not, which helps most on texts from elsewhere (Kumar, Raghunathan, Jones,
Ma & Liang 2022, "Fine-Tuning can Distort Pretrained Features and Underperform Out-of-Distribution").
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from training.finetune.loss import cross_entropy
from training.finetune.network import Network, Row
from training.finetune.tasks import Example

#: Sequences a batch, and the steps of L-BFGS.
SIZE = 64
STEPS = 60


def probe(network: Network, examples: Sequence[Example], vectors: Sequence[Tensor], penalty: float) -> None:
    """Fit the linear layer of each task on the vectors of its examples, in place.

    Those that read mentions start at nought: fitted, they know little yet and are too sure of it, and what
    is learnt from there was worse (docs/models.md).
    """
    for task in (task for task in network.tasks if not task.mention):
        mine = [i for i, example in enumerate(examples) if task.name in example.targets]
        if mine:
            inputs = torch.stack([vectors[i] for i in mine])
            wanted = torch.tensor([examples[i].targets[task.name] for i in mine])
            width = network.heads[task.name].in_features
            _fit(network.heads[task.name], inputs[:, -width:], task.name, wanted, penalty)


def vectors_of(network: Network, rows: Sequence[Row]) -> list[Tensor]:
    """Return what the linear layers read: the vector of the mention, then that of the sequence."""
    network.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    found: list[Tensor] = [torch.empty(0)] * len(rows)
    for start in range(0, len(order), SIZE):
        part = order[start : start + SIZE]
        for place, vector in zip(part, network.vectors([rows[i] for i in part]), strict=True):
            found[place] = vector
    return found


def _fit(layer: nn.Linear, inputs: Tensor, task: str, wanted: Tensor, penalty: float) -> None:
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        value: Tensor = cross_entropy(task, layer(inputs), wanted).mean()
        value = value + penalty * (layer.weight**2).sum()
        value.backward()
        return value

    optimiser.step(closure)
