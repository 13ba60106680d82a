"""What a script, saved rules or a listing mean: the table that they leave.

Commands are applied in order.  A statement that a later one undoes is kept,
with the line that undid it; one that ipvsadm or the kernel refuses is dropped,
with what they say.
"""

from __future__ import annotations

from hatools.model import KEPT, Fate, Origin, Outcome, Section, Topology
from hatools.plugin import Reading
from hatools.text import Expansion, Statement
from hatools.text.shell.compound import assignment
from hatools.text.shell.statements import DATA, LISTING, shape
from hatools.text.shell.unfilled import unfilled
from hatools_ipvsadm.applying import Applying
from hatools_ipvsadm.faults import (
    DASH,
    DISAGREES,
    EMPTY,
    MISSPELT,
    NAMED,
    NO_VALUE,
    PORT_MEANINGS,
    SHORT,
    Refusal,
    fault,
)
from hatools_ipvsadm.listings import Listings
from hatools_ipvsadm.options import Command, is_command, parse_command
from hatools_ipvsadm.outsiders import fate_of_outsider
from hatools_ipvsadm.table import Builder, Table

_BEFORE = frozenset(("sudo", "exec", "nohup", "time", "command", "builtin", "eval", "then", "do",
                     "else", "!", "&&", "{"))  # fmt: skip
_RESTORERS = ("ipvsadm-restore",)
_SAVERS = ("ipvsadm-save",)
_ONCE = (SHORT, NAMED, PORT_MEANINGS)


def read(expansion: Expansion) -> Reading:
    """Return the table that *expansion* leaves, with every statement claimed or settled."""
    return _Reader(expansion).read()


class _Reader:
    """Applies one statement after the other."""

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.reading = Reading(Topology(), expansion)
        self.table = Table()
        self.applying = Applying(self.table, self.remark)
        self.listings = Listings(self.table, self.applying, self.settle, self.remark)
        self.steps: list[int] = []  # the commands that were carried out
        self.meant: dict[int, Fate] = {}
        self.cleared = -1
        self.saving = False  # what follows is what ipvsadm --save printed
        self.told: set[str] = set()

    def remark(self, index: int, code: str, message: str, advice: str = "") -> None:
        """Add a remark about statement *index*; what is said of a word is said once."""
        if code in _ONCE:
            if message in self.told:
                return
            self.told.add(message)
        self.reading.diagnostics.append(fault(code, message, self.expansion.span(index), advice))

    def settle(self, index: int, fate: Fate) -> None:
        """Give statement *index* its fate."""
        self.reading.fates[index] = fate

    def read(self) -> Reading:
        for index, statement in enumerate(self.expansion.statements):
            if not statement.words:
                self.settle(index, KEPT)  # a redirection without a command
            elif statement.note == LISTING:
                self.listings.row(index, statement.words)
            elif shape(statement).kind == DATA:
                self._outsider(index, statement, statement.words)
            else:
                self._statement(index, statement)
        self.listings.finish()
        builder = Builder(self.expansion)
        builder.build(self.table, self.reading.topology)
        self._sections(builder)
        self._account(builder)
        self.reading.diagnostics = list(dict.fromkeys(self.reading.diagnostics))
        return self.reading

    def _statement(self, index: int, statement: Statement) -> None:
        """Carry out one line of a script or of saved rules."""
        words = statement.words
        at = 0
        while at < len(words) - 1 and (words[at] in _BEFORE or assignment(words[at])):
            at += 1
            while words[at - 1] == "sudo" and words[at][:1] == "-" and at < len(words) - 1:
                at += 1
        name = words[at].rpartition("/")[2]
        if name == "ipvsadm" or (name.isupper() and name.strip("${}") == "IPVSADM"):
            self._command(index, words[at + 1 :], statement)
        elif at == 0 and is_command(words[0]):
            if self.saving and self.table.changed:
                self._shown(index, words)
            else:
                self._command(index, words, statement)
            return
        elif name in _RESTORERS or name in _SAVERS:
            self._restore(index, statement)
        else:
            self._outsider(index, statement, words[at:])
        self.saving = name in _SAVERS or "--save" in words or "-S" in words

    def _shown(self, index: int, words: tuple[str, ...]) -> None:
        """Take a line that ``ipvsadm -S`` printed behind the commands: it says nothing new."""
        try:
            known = self.applying.key(index, parse_command(words).options) in self.table.services
        except (Refusal, StopIteration):
            known = False
        if known:
            self.settle(index, KEPT)
            return
        said = "only shown by ipvsadm --save: no command above makes it"
        self.settle(index, Fate(Outcome.DROPPED, said))
        self.remark(index, DISAGREES, said, "convert what was saved by itself")

    def _command(self, index: int, words: tuple[str, ...], statement: Statement) -> None:
        try:
            command = parse_command(words)
            self._carry_out(index, command, statement)
            for code, said in command.meant:
                self._take_as_meant(index, code, said)
            if command.name in ("list", "save", "zero", "help"):
                self.meant.pop(index, None)  # it changes nothing, taken one way or the other
        except Refusal as refusal:
            unknown = list(dict.fromkeys(name for word in words for name in unfilled(word)))
            if unknown:
                self._depends(index, unknown)
                return
            self.remark(index, refusal.code, refusal.message, refusal.advice)
            self.settle(index, Fate(Outcome.DROPPED, f"ipvsadm refuses it: {refusal.message}"))

    def _depends(self, index: int, unknown: list[str]) -> None:
        """Say that a command hangs on what only a shell knows, or who fills in a text."""
        names, have = ", ".join(unknown), "have" if len(unknown) > 1 else "has"
        self.remark(index, NO_VALUE, f"{names} {have} no value here",
                    "give it one with --set env@NAME=VALUE, or fill it in")  # fmt: skip
        self.settle(index, Fate(Outcome.DROPPED, f"not understood: {names} {have} no value here"))

    def _take_as_meant(self, index: int, code: str, said: str) -> None:
        advice = "type the line anew" if code == DASH else "ipvsadm --restore stops at this line"
        self.remark(index, code, f"{said}; ipvsadm itself refuses the line", advice)
        self.meant[index] = Fate(Outcome.APPROXIMATED, f"ipvsadm refuses this line: {said}")

    def _carry_out(self, index: int, command: Command, statement: Statement) -> None:
        if command.name == "restore":
            self._restore(index, statement)
            return
        before = len(self.table.services)
        self.applying.apply(index, command)
        if command.name == "clear" and before:
            self.cleared = index
        self.steps.append(index)
        self.settle(index, KEPT)

    def _restore(self, index: int, statement: Statement) -> None:
        """Take a restore, whose rules come next; only ``ipvsadm-restore`` clears the table."""
        if statement.words[-1].endswith("ipvsadm-restore"):
            self.table.clear(index)
        self.settle(index, KEPT)

    def _outsider(self, index: int, statement: Statement, words: tuple[str, ...]) -> None:
        """Settle a line that is no command of ipvsadm's."""
        fate = fate_of_outsider(statement, words)
        if fate is None:
            dashed = len(words) > 1 and is_command(words[1])
            said = "not understood: no command of ipvsadm"
            if dashed and "ipv" in words[0].lower():
                self.remark(index, MISSPELT, f"'{words[0]}' is no program",
                            "did you mean ipvsadm?")  # fmt: skip
                said = f"not understood: '{words[0]}' is no program; ipvsadm was perhaps meant"
            fate = Fate(Outcome.DROPPED, said)
        self.settle(index, fate)

    def _sections(self, builder: Builder) -> None:
        """Add what counts for all services: time limits, the synchronisation daemons."""
        for (kind, name), (at, own, fields) in self.applying.settings.items():
            shared = {field: tuple(i - at for i in said) for field, said in fields.items()}
            for said in fields.values():
                builder.claimed.update(said)
            origin = Origin(self.expansion, at, shared)
            self.reading.topology.sections.append(Section(kind, name, own, origin))

    def _account(self, builder: Builder) -> None:
        """Settle what was carried out and says nothing any more."""
        fates, undone, claimed = self.reading.fates, self.table.undone, builder.claimed
        undone = {**self.applying.overridden, **undone}
        for index in claimed:
            fates.pop(index, None)
        for index in self.steps:
            if index not in claimed and index in undone:
                line = self.expansion.span(undone[index]).line
                fates[index] = Fate(Outcome.KEPT, f"undone by line {line}")
        fates.update(self.meant)
        if self.cleared >= 0 and not self.reading.topology.services:
            line = self.expansion.span(self.cleared).line
            self.remark(self.cleared, EMPTY, f"the table ends up empty: line {line} clears it",
                        "take this line out to convert what was there before")  # fmt: skip
