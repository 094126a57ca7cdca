"""Trains the tagger: `make model`, from all labels that may be looked at and made-up messages, in ten minutes or so.

The same labels and the same seed give the same model on the same machine.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
from numpy.typing import NDArray

from bot.understanding.tagger_input import UNKNOWN, seen
from bot.understanding.tagger_net import MODEL
from tests.accuracy.training import provenance
from tests.accuracy.training.labels import MADE_UP, SEED, Learned, learned, sequences
from tests.accuracy.training.network import Batch, Weights, beginning, loss
from tests.accuracy.training.vectors import vectors

EPOCHS = 10
TOGETHER = 40  # texts in a batch
LENGTHS = (32, 48, 80, 160, 400)  # to which texts are padded: each length is compiled anew
RATE, WARM_UP = 2e-3, 300
SLOWER = 0.3  # how fast the characters' own vectors change, beside the rest
FORGOTTEN = 0.08  # share of characters shown as unknown, so that the words around tell
Numbers = NDArray[np.int32]
Text = tuple[Numbers, int, Numbers, float]  # chars, marks, begins, parts in rows; the kind; the tags; the weight


def texts(told: Sequence[Learned], numbers: dict[str, int]) -> list[Text]:
    """What is learned, in numbers."""
    result = []
    for one in told:
        given = seen(one.flat, one.marks, one.kind, numbers)
        rows = np.array([given.chars, given.marks, given.begins, given.parts], np.int32)
        result.append((rows, given.kind, np.array(one.tags, np.int32), one.weight))
    return result


def batches(told: Sequence[Text], pick: random.Random, chance: np.random.Generator) -> Iterator[Batch]:
    """All texts once, those of about one length together, in any order."""
    order = sorted(range(len(told)), key=lambda i: len(told[i][2]) // 4 + pick.random())
    groups = [order[i : i + TOGETHER] for i in range(0, len(order), TOGETHER)]
    pick.shuffle(groups)
    for group in groups:
        length = next(n for n in LENGTHS if n >= max(len(told[i][2]) for i in group))
        rows = np.zeros((4, TOGETHER, length), np.int32)
        kind, weight = np.zeros(TOGETHER, np.int32), np.zeros(TOGETHER, np.float32)
        tags, real = np.zeros((TOGETHER, length), np.int32), np.zeros((TOGETHER, length), np.float32)
        for row, i in enumerate(group):
            given, kind[row], known, weight[row] = told[i]
            rows[:, row, : len(known)], tags[row, : len(known)], real[row, : len(known)] = given, known, 1
        rows[0][(chance.random(rows[0].shape) < FORGOTTEN) & (real > 0)] = UNKNOWN
        yield Batch(*rows, kind, real, tags, weight)


def train(told: Sequence[Text], chars: Any, epochs: int) -> Weights:
    weights = beginning(chars, SEED)
    steps = epochs * -(-len(told) // TOGETHER)
    rate = optax.warmup_cosine_decay_schedule(0, RATE, min(WARM_UP, steps // 4), steps, RATE / 50)
    rule = optax.chain(optax.clip_by_global_norm(10.0), optax.adamw(rate, weight_decay=0.01))
    state = rule.init(weights)

    @jax.jit
    def step(weights: Weights, state: Any, batch: Batch, key: Any) -> tuple[Weights, Any, Any]:
        lost, slopes = jax.value_and_grad(loss)(weights, batch, key)
        slopes["char"] = slopes["char"] * SLOWER
        change, state = rule.update(slopes, state, weights)
        return optax.apply_updates(weights, change), state, lost

    pick, chance, key = random.Random(SEED), np.random.default_rng(SEED), jax.random.PRNGKey(SEED)
    began = time.monotonic()
    for epoch in range(epochs):
        total, count = 0.0, 0
        for batch in batches(told, pick, chance):
            key, sub = jax.random.split(key)
            weights, state, lost = step(weights, state, batch, sub)
            total, count = total + lost, count + 1
        print(
            f"epoch {epoch + 1} of {epochs}: {float(total) / count:.3f}, {time.monotonic() - began:.0f} s", flush=True
        )
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="files to leave out")
    parser.add_argument("--made-up", type=int, default=MADE_UP)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--out", type=Path, default=MODEL)
    options = parser.parse_args()
    known, chars = vectors(SEED)
    told = texts(sequences(options.without, options.made_up), {char: i + 2 for i, char in enumerate(known)})
    print(f"{len(told)} texts, {sum(len(one[2]) for one in told)} characters", flush=True)
    weights = train(told, chars, options.epochs)
    small = {name: np.asarray(values, np.float16) for name, values in weights.items()}
    np.savez_compressed(options.out, known=np.array(known), **small)
    if options.out == MODEL:
        provenance.RECORD.write_text(provenance.record(learned(options.without), options.made_up, SEED), "utf-8")
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
