"""The network: a BERT-like encoder, the mean of its token vectors, one linear layer a task.

Pooling is that of :class:`models.encoder.Encoder`, so that an exported encoder gives the vectors that
the tasks were trained on. A deep network may have its lower layers frozen (Lee, Tang & Lin 2019, "What
would Elsa do?"): their output is computed once a text, and kept.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from training.finetune.tasks import TASKS, Example, Task

#: Unit vectors are stretched to this length before the linear layers, so that these need no huge weights;
#: with 20 in its place MiniLM learnt BABE by heart sooner (docs/models.md).
LENGTH = 5.0


def bf16() -> AbstractContextManager[Any]:
    """Return autocast to bfloat16 where the processor computes in it, else nothing changed."""
    able = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    cast: AbstractContextManager[Any] = torch.autocast("cpu", torch.bfloat16, enabled=bool(able))
    return cast


@dataclass(frozen=True, slots=True)
class Row:
    """A sequence as the network reads it: token ids, and the places of its mention among them."""

    ids: tuple[int, ...]
    mention: tuple[int, ...] = ()


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
        self.tasks = tuple(tasks)
        self.heads = nn.ModuleDict(
            {task.name: nn.Linear(width * (1 + task.mention), len(task.outputs)) for task in self.tasks}
        )
        for head in self.heads.values():
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)
        self.kept: dict[tuple[int, ...], Tensor] = {}

    def row(self, example: Example) -> Row:
        """Return a sequence as tokens, cut at ``most``, and those that touch its mention."""
        found = self.tokenizer(
            example.text, truncation=True, max_length=self.most, return_offsets_mapping=True
        )
        start, end = example.span or (0, 0)
        touched = [i for i, (a, b) in enumerate(found["offset_mapping"]) if a < end and b > start and b > a]
        return Row(tuple(found["input_ids"]), tuple(touched))

    def forward(self, rows: Sequence[Row]) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the vectors, (rows, width), of length LENGTH, and the logits by task."""
        both = self._both(rows)
        vectors = both[:, both.shape[1] // 2 :]
        whole, with_mention = (nn.functional.dropout(x, 0.1, self.training) for x in (vectors, both))
        said = {t.name: self.heads[t.name](with_mention if t.mention else whole) for t in self.tasks}
        return vectors, said

    def train(self, mode: bool = True) -> "Network":
        """Train or not; frozen layers drop nothing out, for what they say is computed once."""
        super().train(mode)
        if self.frozen:
            for part in (self.model.embeddings, *self.model.encoder.layer[: self.frozen]):
                part.eval()
        return self

    def vectors(self, rows: Sequence[Row]) -> Tensor:
        """Return the vectors of mentions, each beside that of its sequence, (rows, 2 width)."""
        with torch.no_grad(), bf16():
            return self._both(rows)

    def _both(self, rows: Sequence[Row]) -> Tensor:
        ids = [row.ids for row in rows]
        mask = _mask(ids)
        states = self._upper(self._lower(ids, mask), mask).float()
        return torch.cat([_vectors(states, _touched(rows, mask)), _vectors(states, mask)], dim=1)

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


def _vectors(states: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of the states under a mask, of length LENGTH."""
    mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
    return nn.functional.normalize(mean, dim=-1) * LENGTH


def _touched(rows: Sequence[Row], mask: Tensor) -> Tensor:
    """Return the mask of each row's mention, the whole row where it has none, as the encoder does."""
    found = torch.zeros_like(mask)
    for number, row in enumerate(rows):
        if row.mention:
            found[number, list(row.mention)] = 1
        else:
            found[number] = mask[number]
    return found


def _mask(rows: Sequence[tuple[int, ...]]) -> Tensor:
    lengths = torch.tensor([len(row) for row in rows])
    return (torch.arange(int(lengths.max()))[None, :] < lengths[:, None]).float()
