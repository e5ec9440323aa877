"""Packs: folders of sources, rules and examples, data only, that travel as one file."""
