"""Build hook: compiles the Cython modules where that can be done; without a C compiler leadline is pure Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MODULES = (
    "aggregator.tagging.scanner",
    "aggregator.tagging.tally",
    "feeds.text.letters",
)
"""Each is ``<name>.pyx``, beside Python code that does the same."""


class CompiledModules(BuildHookInterface[Any]):
    """Compiles beside the sources, so that an editable install finds what was built too."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile; a failure is told and leaves leadline as it is, only slower."""
        if self.target_name != "wheel" or os.environ.get("LEADLINE_PURE_PYTHON"):
            return
        before = Path.cwd()
        os.chdir(self.root)
        try:
            _compile()
        except (Exception, SystemExit) as error:  # whatever a compiler, or the lack of one, may raise
            self.app.display_warning(f"nothing was compiled, leadline will be slower: {error}")
            return
        finally:
            os.chdir(before)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["artifacts"] += [f"/{name.replace('.', '/')}.*{end}" for name in MODULES for end in (".so", ".pyd")]


def _compile() -> None:
    """Build each module beside its source."""
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    flags = [] if os.name == "nt" else ["-O2"]  # -O3 takes longer and gives nothing
    extensions = [Extension(name, [f"{name.replace('.', '/')}.pyx"], extra_compile_args=flags) for name in MODULES]
    distribution = Distribution({"ext_modules": cythonize(extensions, build_dir="build/cython", quiet=True)})
    command = build_ext(distribution)
    command.inplace = True
    command.build_temp = "build/objects"
    command.ensure_finalized()
    command.run()
