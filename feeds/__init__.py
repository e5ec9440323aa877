"""Brings entries in: fetching, connectors, parsing, packs. Knows nothing of scores, stores or screens."""
