"""Words whose value only a shell knows, or who fills in a text: ``$NAME``, ``$(…)``, ``<IP>``."""

from __future__ import annotations

import re

_UNFILLED = re.compile(r"\$\([^()]*\)?|`[^`]*`?|\$\{[^{}]*\}?|\$\w+|\$[@*#?!$-]|<[^<>]+>")


def unfilled(text: str) -> list[str]:
    """Return the variables and placeholders in *text*, each once; none where all is known."""
    if "$" not in text and "`" not in text and "<" not in text:
        return []
    return list(dict.fromkeys(_UNFILLED.findall(text)))
