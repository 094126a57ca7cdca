"""The record: what was said, what was recorded, what must be sent. The only place that speaks to the database."""
