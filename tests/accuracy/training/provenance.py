"""What the committed model was made from: a mark of the inputs, kept beside a mark of the model (learned.txt)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.understanding import tagger_input
from bot.understanding.tagger import LETTERS
from bot.understanding.tagger_net import MODEL
from tests.accuracy.training import compose

HERE = Path(__file__).parent
RECORD = HERE / "learned.txt"
MAKERS = ("compose", "labels", "network", "swap", "train", "vectors")
WORDS = ("topic", "place", "speaker", "host")


def record(labels: Iterable[dict[str, Any]], made_up: int, seed: int) -> str:
    """The two marks, as they are kept. labels: what is learned; of each its text and the words that are tagged in it,
    so that a corrected date asks for no other model."""
    inputs = hashlib.sha256(f"{sorted(LETTERS.items())} {made_up} {seed}".encode())
    for path in (*compose.FILES, *(HERE / f"{name}.py" for name in MAKERS), Path(tagger_input.__file__)):
        inputs.update(path.read_bytes())
    for label in labels:
        values = [[a["slots"].get(slot) for slot in WORDS] for a in label["expect"]["activities"]]
        inputs.update(f"{label['text']} {values}\n".encode())
    return f"inputs {inputs.hexdigest()}\nmodel {hashlib.sha256(MODEL.read_bytes()).hexdigest()}\n"
