"""The tagger's network, as tests/accuracy/training made it: how likely each character is a part of which value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot.understanding.tagger_input import Mark, seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float32]"

MODEL = Path(__file__).with_name("tagger.npz")
STRIDES = (1, 2, 4, 8, 1, 2)  # how far apart the three characters are that each layer looks at


@cache
def weights() -> tuple[dict[str, Floats], dict[str, int]]:
    """The network's weights by name, and the numbers of the characters that it knows."""
    import numpy as np  # lazy: the bot is to start at once
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, "blas")  # for so small a network several processors wait for each other
    with np.load(MODEL) as stored:
        chars = str(stored["known"])
        return (
            {name: stored[name].astype(np.float32) for name in stored.files if name != "known"},
            {char: i + 2 for i, char in enumerate(chars)},
        )


def likely(flat: str, marks: Sequence[Mark], kind: str) -> Floats:
    """For each character (a row) how likely each tag is (0..1), in the order of bot.understanding.tagger.TAGS."""
    import numpy as np

    w, numbers = weights()
    given = seen(flat, marks, kind, numbers)
    whole = np.broadcast_to(w["kind"][given.kind], (len(flat), w["kind"].shape[1]))
    x = np.concatenate(
        [w["char"][given.chars], w["mark"][given.marks], w["begin"][given.begins], w["part"][given.parts], whole], 1
    )
    x = x @ w["in"] + w["in_bias"]
    for layer, stride in enumerate(STRIDES):
        y = _normal(x, w[f"scale{layer}"], w[f"shift{layer}"])
        edge = np.zeros((stride, y.shape[1]), np.float32)
        y = np.concatenate([edge, y, edge])
        near = np.concatenate([y[: len(x)], y[stride : stride + len(x)], y[2 * stride :]], 1)
        x = x + np.maximum(near @ w[f"conv{layer}"] + w[f"bias{layer}"], 0)
    scores = _normal(x, w["scale"], w["shift"]) @ w["out"] + w["out_bias"]
    powers: Floats = np.exp(scores - scores.max(1, keepdims=True))
    powers /= powers.sum(1, keepdims=True)
    return powers


def _normal(x: Floats, scale: Floats, shift: Floats) -> Floats:
    """Each row with mean 0 and variance 1, then scaled and shifted."""
    import numpy as np

    normal: Floats = x - x.mean(1, keepdims=True)
    normal /= np.sqrt((normal * normal).mean(1, keepdims=True) + 1e-5)
    normal *= scale
    normal += shift
    return normal
