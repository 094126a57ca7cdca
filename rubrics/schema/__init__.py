"""The rulebook language: what a YAML rulebook may say. docs/rubrics.md explains it to administrators."""
