"""How far predictions are from what is taught: cross-entropy with soft targets."""

from collections.abc import Mapping, Sequence
from typing import Final

import torch
from torch import Tensor, nn

from training.finetune.tasks import BY_NAME, Example

#: What the loss of a task counts, others one: that of frames is a mean over many outputs that are mostly no,
#: small beside that of a binary task (docs/models.md).
WEIGHTS: Final = {"policy_frames": 6.0}


def loss(logits: Mapping[str, Tensor], examples: Sequence[Example]) -> Tensor:
    """Return the mean cross-entropy over everything that the batch teaches.

    Probabilities may be soft: annotators' shares, or a teacher's (Hinton, Vinyals & Dean 2015).
    """
    total, weights = torch.zeros(()), torch.zeros(())
    for name in sorted({task for example in examples for task in example.targets}):
        rows = [i for i, example in enumerate(examples) if name in example.targets]
        wanted = torch.tensor([examples[i].targets[name] for i in rows])
        weight = torch.tensor([examples[i].weight for i in rows])
        each = cross_entropy(name, logits[name][rows].float(), wanted)
        total = total + (each * weight).sum() * WEIGHTS.get(name, 1.0)
        weights = weights + weight.sum()
    return total / weights.clamp(min=1e-6)


def moved(vectors: Tensor, before: Sequence[Tensor]) -> Tensor:
    """Return how far sequences' vectors are from what they were, 1 - cosine, the mean over the batch.

    Held near, an encoder keeps what it knows of other tasks (Mukhoti, Gal, Torr & Dokania 2023, "Fine-tuning
    can cripple your foundation model; preserving features may be the solution"). Each row of ``before`` is
    the mention's vector, then the sequence's.
    """
    width = vectors.shape[1]
    old = torch.stack([row[-width:] for row in before])
    return (1 - nn.functional.cosine_similarity(vectors.float(), old, dim=1)).mean()


def cross_entropy(name: str, logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the cross-entropy of each row of a task, averaged over its outputs where they are several."""
    if BY_NAME[name].link == "softmax":
        return nn.functional.cross_entropy(logits, wanted, reduction="none")
    return nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").mean(dim=1)


def probabilities(name: str, logits: Tensor) -> Tensor:
    """Return the probabilities of a task's outputs."""
    return logits.softmax(-1) if BY_NAME[name].link == "softmax" else logits.sigmoid()
