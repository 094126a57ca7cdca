"""What each character means, as a large network learned it from running text: the vectors that jieba ships."""

from __future__ import annotations

import struct
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

WIDTH = 128
KNOWN = 6000  # characters, the commonest first
OUT_OF_VOCABULARY = "OOV"
MARKS = ',。;:()[]"\n、《》“”!? +/'


def vectors(seed: int) -> tuple[str, NDArray[np.float32]]:
    """The known characters, and a row for each after one of zeros (padding) and one for those that are not known.

    From the small LAC model in the package jieba (MIT): `word.dic` numbers the characters, `word_emb` holds a float32
    for each, behind Paddle's header.
    """
    model = files("jieba") / "lac_small"
    numbers = {}
    for line in (model / "word.dic").read_text("utf-8").split("\n"):
        number, _, char = line.partition("\t")
        if char:
            numbers[char] = int(number)
    stored = (model / "model_baseline" / "word_emb").read_bytes()
    (header,) = struct.unpack_from("<i", stored, 16)
    all_rows = np.frombuffer(stored, "<f4", offset=20 + header).reshape(-1, WIDTH)
    known = [c for c in numbers if len(c) == 1 and ("\u4e00" <= c <= "\u9fff" or ord(c) < 128)][:KNOWN]
    chance = np.random.default_rng(seed)
    marks = [c for c in MARKS if c not in known]
    spread = all_rows.std()
    rows = [np.zeros(WIDTH), all_rows[numbers[OUT_OF_VOCABULARY]], *(all_rows[numbers[c]] for c in known)]
    rows += [chance.normal(0, spread, WIDTH) for _ in marks]
    return "".join([*known, *marks]), (np.array(rows) / spread / 2).astype(np.float32)
