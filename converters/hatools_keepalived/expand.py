"""Makes of a keepalived.conf what counts in one place, in the order keepalived works."""

from __future__ import annotations

from itertools import compress, count

from hatools.plugin import Place
from hatools.text import Document, Expansion
from hatools.text.document import CLOSE
from hatools_keepalived.syntax import KeepalivedDocument


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* as it counts at *place*.

    Raises `hatools.errors.NeedsPlace` when lines depend on a config-id and none was given.
    """
    if isinstance(document, KeepalivedDocument) and document.simple:
        expansion = Expansion([document], document.statements, None, None, None, place.version)
    else:
        from hatools_keepalived.expanding import Expander

        expansion = Expander(document, place).run()
    if _matched(expansion):
        return expansion
    from hatools_keepalived.blocks import balance

    return balance(expansion)


def _matched(expansion: Expansion) -> bool:
    """Tell whether every block is closed and every closing brace closes one.

    The pairs are what `Expansion.ends` answers: found once, for a large file is mostly braces.
    """
    kinds = [statement.kind for statement in expansion.statements]
    ends: dict[int, int] = {}
    stack: list[int] = []
    opened, closes = stack.append, stack.pop
    for index, kind in zip(compress(count(), kinds), filter(None, kinds), strict=True):
        if kind != CLOSE:
            opened(index)
        elif stack:
            ends[closes()] = index
        else:
            return False
    if stack:
        return False
    expansion._ends = ends
    return True
