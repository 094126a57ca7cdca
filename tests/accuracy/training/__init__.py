"""How the tagger of bot/understanding is trained: labelled messages, and made-up ones composed of everyday phrases."""
