"""The committed model is the one that its training inputs gave."""

from __future__ import annotations

from tests.accuracy.training import provenance
from tests.accuracy.training.labels import MADE_UP, SEED, learned


def test_the_model_was_trained_from_what_lies_here():
    """A mark cannot show that a model is good, only that nobody forgot to make it anew."""
    assert provenance.RECORD.read_text("utf-8") == provenance.record(learned(), MADE_UP, SEED), (
        "The training inputs have changed since the model was made (or the model was changed by hand). Run "
        "`make model`, see with `python -m tests.accuracy` that the totals have not "
        "fallen, and commit tagger.npz and learned.txt together."
    )
