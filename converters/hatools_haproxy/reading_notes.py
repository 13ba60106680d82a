"""What a reader notes while it reads: claims, fates, remarks, and their codes."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome
from hatools.text import Diagnostic, Expansion, Severity, Statement
from hatools_haproxy.syntax import NEWEST, needs

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

MEANING_CODES: dict[str, tuple[Severity, str]] = {
    "HP101": (_ERROR, "a keyword that haproxy does not know"),
    "HP102": (_ERROR, "a section that haproxy does not know, or a line outside any"),
    "HP103": (_ERROR, "a keyword that this version no longer has"),
    "HP104": (_ERROR, "a number, time or size that cannot be read"),
    "HP105": (_ERROR, "an address that cannot be read, or is missing"),
    "HP106": (_ERROR, "a port that is missing"),
    "HP107": (_ERROR, "a section, server or table that does not exist"),
    "HP108": (_ERROR, "a name that is used twice"),
    "HP109": (_WARNING, "a keyword without effect in this section"),
    "HP110": (_ERROR, "a keyword without its argument"),
    "HP111": (_ERROR, "an address in the heading of a proxy"),
    "HP112": (_ERROR, "an ACL that is not defined above"),
    "HP113": (
        _WARNING,
        "a variable of the environment in a place that cannot do without its value",
    ),
    "HP114": (_WARNING, "something accepted that will not work as it reads"),
    "HP115": (_INFO, "a keyword that is going to be removed"),
    "HP116": (_WARNING, "a unit that haproxy takes with a warning"),
    "HP117": (_ERROR, "a keyword that is not allowed in this section"),
    "HP119": (_ERROR, "a character that is not permitted in a name"),
    "HP120": (_ERROR, "a defaults section used both by its name and without"),
    "HP118": (_ERROR, "a keyword that came with a later version"),
}
"""The codes of what can be wrong with the meaning of a haproxy.cfg, and how grave each is."""


def version_numbers(version: str) -> tuple[int, int]:
    """Return major and minor of *version*; empty is the newest in the keyword table."""
    numbers = []
    for part in (version or NEWEST).split(".")[:2]:
        digits = part.lstrip("v")
        end = 0
        while end < len(digits) and digits[end] in "0123456789":
            end += 1
        numbers.append(int(digits[:end][:6] or "0"))
    return (numbers[0], numbers[1] if len(numbers) > 1 else 0)


class Notes:
    """One reading's notes; *claimed* has a mark for each statement an object claims.

    *steering* are statements that say only what holds anyway, *idle* where a
    proxy's lines begin and the reason for those that nothing took in the end.
    *scripted* tells that a Lua file is loaded above;
    *trusting* tells that no server's certificate is verified unless it says so.
    """

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.statements: list[Statement] = expansion.statements
        self.version = version_numbers(expansion.version)
        self.claimed = bytearray(len(self.statements))
        self.fates: dict[int, Fate] = {}
        self.diagnostics: list[Diagnostic] = []
        self.steering: set[int] = set()
        self.idle: list[tuple[int, str]] = []
        self.trusting = False
        self.scripted = False

    def tell(self, index: int, code: str, message: str, advice: str = "") -> None:
        """Note a remark on statement *index*, as grave as the table says."""
        self.diagnostics.append(
            Diagnostic(code, MEANING_CODES[code][0], message, self.expansion.span(index), advice)
        )

    def drop(self, index: int, reason: str) -> None:
        """Note that statement *index* is lost here, and why."""
        self.fates[index] = Fate(Outcome.DROPPED, reason)

    def refuse(self, index: int, code: str, message: str, advice: str = "") -> None:
        """Note that haproxy refuses statement *index*: a remark, and it is dropped."""
        self.tell(index, code, message, advice)
        hint = f"; {advice}" if advice else ""
        self.drop(index, f"not understood: {message}; haproxy refuses the file{hint}")

    def ignored(self, index: int, message: str, advice: str = "") -> None:
        """Note that haproxy warns of statement *index* and ignores it."""
        self.tell(index, "HP109", message, advice)
        self.drop(index, message)

    def too_new(self, index: int, what: str, since: str) -> None:
        """Note that *what* statement *index* says came with the later version *since*."""
        number = since.partition("-")[0]
        self.tell(
            index, "HP118", f"{what} came with haproxy {since}; haproxy"
            f" {self.expansion.version or NEWEST} refuses the file",
            f"take it out, or say --source-version haproxy={number} if that is to read it",
        )  # fmt: skip

    def lacks_variable(self, index: int) -> bool:
        """Tell whether a variable of statement *index* has no value; it is dropped then."""
        missing = needs(self.statements[index])
        if not missing:
            return False
        self.drop(index, "needs " + " ".join(f"--set env@{name}=VALUE" for name in missing))
        return True

    def settle(self) -> None:
        """Give every statement that nobody claimed its fate."""
        claimed, fates, idle = self.claimed, self.fates, self.idle
        for at in [at for at in fates if claimed[at]]:
            del fates[at]  # part of it is sound; the remark says what is not
        place = -1
        at = claimed.find(0)
        while at >= 0:
            if at not in fates:
                if at in self.steering:
                    fates[at] = KEPT
                else:
                    while place + 1 < len(idle) and idle[place + 1][0] <= at:
                        place += 1
                    reason = idle[place][1] if place >= 0 else "not understood"
                    fates[at] = Fate(Outcome.DROPPED, reason)
            at = claimed.find(0, at + 1)
