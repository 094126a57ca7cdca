"""Tests of the scoring: cases as data, properties, mistakes in files, words."""
