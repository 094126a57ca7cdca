"""How well messages are understood: labelled sets, judged as FORMAT.md says."""
