"""The desk's themes: colours by role; no theme relies on colour alone, every sign has its word or letter."""

from __future__ import annotations

from textual.theme import Theme

NAMES = ("dark", "light", "high-contrast", "no-colour", "colour-blind")
"""As they are called in the config and on the ``:`` line."""

_TYPES = ("strategy", "structure", "plans", "needs", "position", "history")


def _variables(types: tuple[str, ...], faint: str, line: str, evidence: str) -> dict[str, str]:
    colours = {f"type-{name}": colour for name, colour in zip(_TYPES, types, strict=True)}
    return {
        **colours,
        "faint": faint,
        "line": line,
        "evidence": evidence,
        "footer-background": "transparent",
        "footer-item-background": "transparent",
        "footer-key-background": "transparent",
        "footer-description-background": "transparent",
    }


THEMES = (
    Theme(
        "dark", dark=True, primary="#7aa2f7", secondary="#bb9af7", accent="#ffb86c", foreground="#cdd3e0",
        background="#10131a", surface="#10131a", panel="#1a1f2b", success="#8fd694", warning="#f2c46d",
        error="#ff7a85",
        variables=_variables(
            ("#7aa2f7", "#c79bf0", "#ff9a76", "#f2c46d", "#5fd0d6", "#8fd694"), "#6f7a90", "#2a3142", "#3a3418"
        ),
    ),
    Theme(
        "light", dark=False, primary="#2f5fd0", secondary="#7a45b5", accent="#b35300", foreground="#262a33",
        background="#fbfaf7", surface="#fbfaf7", panel="#efede7", success="#2a7a36", warning="#8a5a00",
        error="#b3202d",
        variables=_variables(
            ("#2f5fd0", "#7a3fb0", "#b8431c", "#806000", "#0b7285", "#2a7a36"), "#72767f", "#d8d5cc", "#fbeeb5"
        ),
    ),
    Theme(
        "high-contrast", dark=True, primary="#ffffff", secondary="#ffff00", accent="#ffff00", foreground="#ffffff",
        background="#000000", surface="#000000", panel="#000000", success="#00ff66", warning="#ffff00",
        error="#ff6666",
        variables=_variables(
            ("#66b3ff", "#ff99ff", "#ff9933", "#ffff00", "#00ffff", "#00ff66"), "#d0d0d0", "#ffffff", "#505000"
        ),
    ),
    Theme(
        "no-colour", dark=True, primary="#ffffff", secondary="#d0d0d0", accent="#ffffff", foreground="#d6d6d6",
        background="#101010", surface="#101010", panel="#202020", success="#d6d6d6", warning="#ffffff",
        error="#ffffff",
        variables=_variables(("#d6d6d6",) * 6, "#8c8c8c", "#3a3a3a", "#3a3a3a"),
    ),
    # After Okabe and Ito: told apart with any of the common colour blindnesses.
    Theme(
        "colour-blind", dark=True, primary="#56b4e9", secondary="#cc79a7", accent="#f0e442", foreground="#d8dde6",
        background="#10131a", surface="#10131a", panel="#1a1f2b", success="#56b4e9", warning="#f0e442",
        error="#e8762d",
        variables=_variables(
            ("#56b4e9", "#cc79a7", "#e69f00", "#f0e442", "#c8ccd4", "#2bbf94"), "#78829a", "#2a3142", "#3a3418"
        ),
    ),
)  # fmt: skip
"""All of them, the first the default."""
