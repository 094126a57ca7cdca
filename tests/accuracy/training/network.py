"""The tagger's network as it is trained: the one of bot/understanding/tagger_net.py, with chance and gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from bot.understanding.tagger import TAGS
from bot.understanding.tagger_input import KINDS, MARKS, PARTS
from bot.understanding.tagger_net import STRIDES

HIDDEN = 128  # numbers by which each character is known within
OF_MARK, OF_BEGINNING, OF_PART, OF_KIND = 24, 8, 32, 16  # the same for what is given beside the character
DROPPED, DROPPED_WITHIN = 0.3, 0.15  # shares of them that are left out while learning
Weights: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """Texts side by side, padded to one length. real: 1 where a character stands; weight: of each text."""

    chars: Any
    marks: Any
    begins: Any
    parts: Any
    kind: Any
    real: Any
    tags: Any
    weight: Any


jax.tree_util.register_dataclass(
    Batch, ["chars", "marks", "begins", "parts", "kind", "real", "tags", "weight"], []
)  # fmt: skip


def beginning(chars: Any, seed: int) -> Weights:
    """Weights by chance; chars: what is known of each character."""
    chance = np.random.default_rng(seed)

    def some(*shape: int, scale: float = 1.0) -> Any:
        return jnp.asarray(chance.normal(0, scale / np.sqrt(np.prod(shape[:-1])), shape), jnp.float32)

    given = chars.shape[1] + OF_MARK + OF_BEGINNING + OF_PART + OF_KIND
    weights: Weights = {
        "char": jnp.asarray(chars),
        "mark": some(len(MARKS), OF_MARK, scale=2),
        "begin": some(2, OF_BEGINNING),
        "part": some(PARTS, OF_PART, scale=2),
        "kind": some(len(KINDS) + 1, OF_KIND),
        "in": some(given, HIDDEN),
        "in_bias": jnp.zeros(HIDDEN),
        "scale": jnp.ones(HIDDEN),
        "shift": jnp.zeros(HIDDEN),
        "out": some(HIDDEN, len(TAGS)),
        "out_bias": jnp.zeros(len(TAGS)),
    }
    for layer in range(len(STRIDES)):
        weights[f"conv{layer}"] = some(3 * HIDDEN, HIDDEN, scale=1.2)
        weights[f"bias{layer}"] = jnp.zeros(HIDDEN)
        weights[f"scale{layer}"] = jnp.ones(HIDDEN)
        weights[f"shift{layer}"] = jnp.zeros(HIDDEN)
    return weights


def loss(w: Weights, batch: Batch, key: Any) -> Any:
    """How far the network is from the tags, summed over a text's characters, on the mean of the texts."""
    keys = jax.random.split(key, len(STRIDES) + 2)
    real = batch.real[..., None]
    whole = jnp.repeat(w["kind"][batch.kind][:, None], batch.chars.shape[1], 1)
    given = [w["char"][batch.chars], w["mark"][batch.marks], w["begin"][batch.begins], w["part"][batch.parts], whole]
    x = (_dropped(jnp.concatenate(given, -1), keys[0], DROPPED) @ w["in"] + w["in_bias"]) * real
    for layer, stride in enumerate(STRIDES):
        y = _normal(x, w[f"scale{layer}"], w[f"shift{layer}"]) * real
        y = jnp.pad(y, ((0, 0), (stride, stride), (0, 0)))
        length = x.shape[1]
        near = jnp.concatenate([y[:, :length], y[:, stride : stride + length], y[:, 2 * stride :]], -1)
        made = jax.nn.relu(near @ w[f"conv{layer}"] + w[f"bias{layer}"])
        x = (x + _dropped(made, keys[layer + 1], DROPPED_WITHIN)) * real
    scores = _dropped(_normal(x, w["scale"], w["shift"]), keys[-1], DROPPED) @ w["out"] + w["out_bias"]
    lost = optax.softmax_cross_entropy_with_integer_labels(scores, batch.tags) * batch.real
    return (lost.sum(1) * batch.weight).mean()


def _normal(x: Any, scale: Any, shift: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * scale + shift


def _dropped(x: Any, key: Any, share: float) -> Any:
    return x * jax.random.bernoulli(key, 1 - share, x.shape) / (1 - share)
