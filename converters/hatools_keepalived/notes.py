"""What the parser notes on a statement that is not just words."""

from __future__ import annotations

CONDITION, DEFINITION, SEQUENCE, INCLUDE, VARIABLE = (
    "condition",
    "definition",
    "sequence",
    "include",
    "variable",
)


class Unit:
    """A stretch of a line that keepalived's text language works on as a whole.

    *kind* says what it is behind its condition: `DEFINITION`, `SEQUENCE`,
    `INCLUDE`, `VARIABLE` (there is a ``$`` in it) or just `CONDITION`.
    *text* is what is left after the comment and the condition are taken off,
    *condition* the pair (config-id, negated).  A definition has its *name* and
    the *values* of its lines, and in *lines* the texts of the lines after the first.
    """

    __slots__ = ("condition", "kind", "lines", "name", "text", "values")

    def __init__(self, kind: str, text: str, condition: tuple[str, bool] | None = None) -> None:
        self.kind = kind
        self.text = text
        self.condition = condition
        self.name = ""
        self.values: tuple[str, ...] = ()
        self.lines: tuple[str, ...] = ()


class Note:
    """What is behind a statement: `Statement.note`, None on an ordinary one.

    *meant* are the words that the author seems to have meant where keepalived
    reads others (``//`` comments, glued words); ``()`` where nothing was meant,
    None where the words are what was meant.  *ignored* is the reason why
    keepalived does not read the line at all.  *assumed* says what keepalived makes of
    a statement that is taken for what its author meant.  *unit* is the unit it belongs to.
    """

    __slots__ = ("assumed", "ignored", "meant", "unit")

    def __init__(
        self,
        unit: Unit | None = None,
        meant: tuple[str, ...] | None = None,
        ignored: str = "",
    ) -> None:
        self.unit = unit
        self.meant = meant
        self.ignored = ignored
        self.assumed = ""
