"""The network: a BERT-like encoder, the mean of its token vectors, one linear layer a task.

Pooling is that of :class:`models.encoder.Encoder`, so that an exported encoder gives the vectors that
the tasks were trained on. A deep network may have its lower layers frozen (Lee, Tang & Lin 2019, "What
would Elsa do?"): their output is computed once a text, and kept.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from training.finetune.tasks import TASKS, Example, Task

#: Unit vectors are stretched to this length before the linear layers, so that these need no huge weights;
#: with 20 in its place MiniLM learnt BABE by heart sooner (docs/models.md).
LENGTH = 5.0


class Network(nn.Module):  # type: ignore[misc]
    """Sequences in, one row of logits a task out; ``frozen`` lower layers are never trained."""

    def __init__(
        self, weights: Path, tasks: Iterable[Task] = TASKS, frozen: int = 0, most: int = 128
    ) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(weights)
        self.model = AutoModel.from_pretrained(weights)
        self.model.pooler = None
        self.most = most
        self.frozen = frozen
        width = self.model.config.hidden_size
        self.heads = nn.ModuleDict({task.name: nn.Linear(width, len(task.outputs)) for task in tasks})
        for head in self.heads.values():
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.kept: dict[tuple[int, ...], Tensor] = {}

    def tokens(self, example: Example) -> tuple[int, ...]:
        """Return the ids of a sequence, cut at ``most``."""
        return tuple(self.tokenizer(example.text, truncation=True, max_length=self.most)["input_ids"])

    def forward(self, rows: Sequence[tuple[int, ...]]) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the vectors, (rows, width), of length LENGTH, and the logits by task."""
        mask = _mask(rows)
        states = self._upper(self._lower(rows, mask), mask).float()
        mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        vectors = nn.functional.normalize(mean, dim=-1) * LENGTH
        dropped = nn.functional.dropout(vectors, 0.1, self.training)
        return vectors, {name: head(dropped) for name, head in self.heads.items()}

    def save(self, folder: Path) -> None:
        """Write the encoder, without the linear layers, as transformers reads it."""
        self.model.save_pretrained(folder)

    def trained(self) -> list[dict[str, object]]:
        """Return the parameters that are trained, the linear layers as a group of their own."""
        parts = [*self.model.encoder.layer[self.frozen :]]
        if not self.frozen:
            parts.append(self.model.embeddings)
            bias = getattr(self.model.encoder, "relative_attention_bias", None)
            parts += [bias] if bias is not None else []
        encoder = [p for part in parts for p in part.parameters()]
        return [{"params": encoder}, {"params": list(self.heads.parameters()), "head": True}]

    def _lower(self, rows: Sequence[tuple[int, ...]], mask: Tensor) -> Tensor:
        """Return what goes into the first layer that is trained, from memory where it was seen before."""
        if not self.frozen:
            return self.model.embeddings(input_ids=self._ids(rows, mask))
        if any(row not in self.kept for row in rows):
            with torch.no_grad():
                states = self.model.embeddings(input_ids=self._ids(rows, mask))
                states = self._layers(states, mask, self.model.encoder.layer[: self.frozen])
            for row, state in zip(rows, states, strict=True):
                self.kept[row] = state[: len(row)].to(torch.bfloat16)
        found = [self.kept[row] for row in rows]
        return nn.utils.rnn.pad_sequence(found, batch_first=True).float()

    def _upper(self, states: Tensor, mask: Tensor) -> Tensor:
        return self._layers(states, mask, self.model.encoder.layer[self.frozen :])

    def _layers(self, states: Tensor, mask: Tensor, layers: Iterable[nn.Module]) -> Tensor:
        """Run layers; those of MPNet (Song et al. 2020) share a bias by distance, BERT's have none."""
        hidden = (1 - mask)[:, None, None, :] * torch.finfo(torch.bfloat16).min
        place = getattr(self.model.encoder, "compute_position_bias", None)
        bias = () if place is None else (place(states),)
        for layer in layers:
            out = layer(states, hidden, *bias)
            states = out[0] if isinstance(out, tuple) else out
        return states

    def _ids(self, rows: Sequence[tuple[int, ...]], mask: Tensor) -> Tensor:
        ids = torch.full(mask.shape, self.tokenizer.pad_token_id, dtype=torch.long)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row)
        return ids


def _mask(rows: Sequence[tuple[int, ...]]) -> Tensor:
    lengths = torch.tensor([len(row) for row in rows])
    return (torch.arange(int(lengths.max()))[None, :] < lengths[:, None]).float()
