"""Finds modules that were compiled when leadline was installed; beside each stands Python code that does the same."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType


def compiled(name: str) -> ModuleType | None:
    """A compiled module, by its full name.

    None where no compiler was there, where ``LEADLINE_PURE_PYTHON`` is set, or where its source was changed after
    it was compiled: the code around it may by then expect something else. (A wheel comes without the source.)
    """
    if os.environ.get("LEADLINE_PURE_PYTHON"):
        return None
    try:
        module = import_module(name)
        built = Path(module.__file__ or "")
        source = built.with_name(f"{name.rpartition('.')[2]}.pyx")
        return None if source.exists() and source.stat().st_mtime > built.stat().st_mtime else module
    except (ImportError, OSError):
        return None
