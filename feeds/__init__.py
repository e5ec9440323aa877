"""Brings entries in: fetching, connectors, parsing, packs. Knows nothing of scores, stores or screens."""

__version__ = "0.1.0"
"""leadline's version; stated here once, for the package, the User-Agent and ``--version``."""
