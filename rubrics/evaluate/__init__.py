"""Evaluation: from a rulebook and facts to values, clause by clause."""
