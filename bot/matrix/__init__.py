"""The Matrix edge: the only place that imports nio."""
