"""Puts the rules that a script restores in their place: from a file, a here-document, a pipe."""

from __future__ import annotations

from hatools.errors import HatoolsError
from hatools.plugin import Place
from hatools.text import Expansion, Hop, Statement
from hatools.text.document import CLOSE
from hatools.text.shell.statements import DATA, MARK, SAID, shape, with_words
from hatools.text.shell.walk import Walk
from hatools_ipvsadm.faults import ELSEWHERE, fault
from hatools_ipvsadm.options import is_command
from hatools_ipvsadm.printing import printed
from hatools_ipvsadm.syntax import parse

_PRINTERS = ("echo", "printf")
_HERE = ("<<", "<<-")
_QUIET = frozenset((":", "true", "sleep", "cd"))

Rules = list[tuple[Statement, Hop]]


class _Unknown(Exception):
    """What is restored is not known: where it stands, and why it is not read."""

    def __init__(self, place: str, reason: str, advice: str = "") -> None:
        super().__init__(place)
        self.place, self.reason = place, reason
        self.advice = advice or "convert what is restored by itself"


def is_restore(words: tuple[str, ...]) -> bool:
    """Tell whether *words* are ``ipvsadm -R`` or ``ipvsadm-restore``, whatever is before them."""
    for number, word in enumerate(words[:4]):
        name = word.rpartition("/")[2]
        if name == "ipvsadm-restore":
            return True
        if name == "ipvsadm":
            return any(each in ("-R", "--restore") for each in words[number + 1 : number + 2])
    return False


def restored(walk: Walk, place: Place) -> Expansion:
    """Return what *walk* found, with the rules that it restores put in."""
    return _Restoring(walk, place).run()


class _Restoring:
    def __init__(self, walk: Walk, place: Place) -> None:
        self.walk = walk
        self.place = place
        self.source = walk.statements
        self.documents = [walk.document]
        self.numbers: dict[str, int] = {}  # documents by path
        self.statements: list[Statement] = []
        self.hops: list[Hop] = []
        self.lines, self.owner = _here_documents(walk.statements)
        self.used: set[int] = set()  # statements that were text for a restore
        self.written: dict[str, list[int]] = {}  # what the script writes into a file
        self.begun: set[int] = set()  # statements whose file is known
        self.shown: dict[int, int] = {}  # where it stands among the statements

    def run(self) -> Expansion:
        """Take every statement."""
        fed: dict[int, int] = {}  # the restore that a statement is piped into
        for at, start in self.walk.feeders.items():
            if at < len(self.source) and is_restore(self.source[at].words):
                fed.update(dict.fromkeys(range(start, at), at))
        kept: dict[int, Rules | None] = {}
        for at, statement in enumerate(self.source):
            target = fed.get(at, at)
            if is_restore(self.source[target].words):
                if target not in kept:
                    kept[target] = self._rules(target, min(at, target))
                rules = kept[target]
                if at == target:
                    self._put_in(at, rules)
                    continue
                if rules is not None:
                    self._keep(at)
                    continue
            if at in self.used:
                self._keep(at)
            else:
                self._other(at, statement)
        walk = self.walk
        return Expansion(self.documents, self.statements, self.hops, walk.skipped,
                         walk.diagnostics, self.place.version)  # fmt: skip

    def _append(self, statement: Statement, hop: Hop) -> None:
        self.statements.append(statement)
        self.hops.append(hop)

    def _keep(self, at: int) -> None:
        self.walk.skipped.setdefault((0, self.walk.hops[at].number), ("kept", ""))

    def _put_in(self, at: int, rules: Rules | None) -> None:
        """Put the rules of the restore at *at* behind it."""
        if rules is None:
            return
        self._append(with_words(self.source[at], self.source[at].words, SAID), self.walk.hops[at])
        for statement, hop in rules:
            self._append(statement, hop)

    def _other(self, at: int, statement: Statement) -> None:
        """Take a statement that is not for a restore."""
        known = shape(statement)
        if known.kind == DATA:
            writes = self._writes(self.owner[at], at) if at in self.owner else True
            command = "ipvsadm" in statement.words or is_command(statement.words[0])
            if not writes and command:
                statement = with_words(statement, statement.words, SAID)  # for another shell
        elif statement.words and statement.words[0].rpartition("/")[2] in _PRINTERS:
            self._writes(at, at)
        self.shown[at] = len(self.statements)
        self._append(statement, self.walk.hops[at])

    def _writes(self, at: int, said: int) -> bool:
        """Tell whether statement *at* only writes; what *said* says may go into a file."""
        words = self.source[at].words
        name = words[0].rpartition("/")[2] if words else ""
        if name not in (*_PRINTERS, "cat", "tee"):
            return False
        targets = [pair for pair in shape(self.source[at]).redirects if pair[0] in (">", ">>")]
        if name == "tee":
            sign = ">>" if "-a" in words else ">"
            targets = [(sign, word) for word in words[1:] if word[:1] != "-"]
        for sign, target in targets:
            if sign == ">" and at not in self.begun:
                self.written[target] = []
            self.begun.add(at)
            self.written.setdefault(target, []).append(said)
        return True

    # Rules ---------------------------------------------------------------------------------

    def _rules(self, at: int, start: int) -> Rules | None:
        """Return the rules that the restore at *at* gets, None where they are not known."""
        redirects = shape(self.source[at]).redirects
        try:
            for sign, word in redirects:
                if sign == "<":
                    return self._of_file(word, at)
                if sign == "<<<":
                    return self._of_lines(word.split("\n"), at)
            if any(sign in _HERE for sign, _ in redirects):
                return self._of_text(at)
            rules: Rules = []
            for feeder in range(start, at):
                rules += self._of_feeder(feeder)
            return rules
        except _Unknown as unknown:
            span = self.walk.document.span(self.walk.hops[at].number)
            self.walk.diagnostics.append(
                fault(ELSEWHERE, f"the rules in {unknown.place} are not read here:"
                      f" {unknown.reason}", span, unknown.advice)
            )  # fmt: skip
            key = (0, self.walk.hops[at].number)
            self.walk.skipped[key] = ("dropped", f"the rules stand in {unknown.place}")
            return None

    def _of_feeder(self, at: int) -> Rules:
        """Return the rules that statement *at* prints into a pipe."""
        statement = self.source[at]
        words, known = statement.words, shape(statement)
        name = words[0].rpartition("/")[2] if words else ":"
        if known.kind in (DATA, MARK) or name in _QUIET:
            return []
        if any(sign.startswith(">") for sign, _ in known.redirects):
            return []
        files = [word for word in words[1:] if word[:1] != "-"]
        files += [word for sign, word in known.redirects if sign == "<"]
        if name in _PRINTERS:
            lines = printed(words)
            if lines is not None:
                return self._of_lines(lines, at)
        elif name == "cat":
            rules = self._of_text(at)
            for file in files:
                rules += self._of_file(file, at)
            return rules
        raise _Unknown(f"what {name} prints", "only a shell knows them")

    def _of_text(self, at: int) -> Rules:
        """Return the rules in the here-document of statement *at*."""
        lines = self.lines.get(at, [])
        self.used.update(lines)
        return [rule for line in lines
                for rule in self._of_lines([" ".join(self.source[line].words)], line)]  # fmt: skip

    def _of_lines(self, lines: list[str], at: int) -> Rules:
        """Return the rules in *lines*, which statement *at* says."""
        split = [tuple(line.split()) for line in lines]
        hop = self.walk.hops[at]
        return [(with_words(self.source[at], words, SAID), hop)
                for words in split if words and words[0][0] != "#"]  # fmt: skip

    def _of_file(self, name: str, at: int) -> Rules:
        """Return the rules in file *name*, seen from the script: its own, or one beside it."""
        if name in self.written:
            rules: Rules = []
            for line in self.written[name]:
                words = self.source[line].words
                if shape(self.source[line]).kind == DATA:
                    rules += self._of_lines([" ".join(words)], line)
                else:
                    rules += self._of_lines(printed(words) or [], line)
                for each in (line, self.owner.get(line, line)):
                    here = self.shown[each]
                    self.statements[here] = with_words(self.statements[here], (), SAID)
            return rules
        number = self._document(name)
        document = self.documents[number]
        via = (self.walk.document.span(self.walk.hops[at].number),)
        return [(each if each.note == SAID else with_words(each, each.words, SAID),
                 Hop(number, index, via))
                for index, each in enumerate(document.statements) if each.kind < CLOSE]  # fmt: skip

    def _document(self, name: str) -> int:
        """Return the number of the document that file *name* is; raises `_Unknown`."""
        files, main = self.place.files, self.walk.document.source.path
        found, refused = files.find(name, main)
        if not found and "$" in name:
            advice = "give the variable a value with --set env@NAME=VALUE"
            raise _Unknown(name, "only a shell knows which file that is", advice)
        if not found:
            reason = refused or "there is no such file beside the script"
            raise _Unknown(name, reason, "convert that file by itself")
        path = found[0]
        if path not in self.numbers:
            try:
                source = files.load(path)
            except HatoolsError as error:
                raise _Unknown(name, str(error)) from error
            self.numbers[path] = len(self.documents)
            self.documents.append(parse(source))
        return self.numbers[path]


def _here_documents(statements: list[Statement]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the lines of here-documents by the statement they are for, and the way back."""
    lines: dict[int, list[int]] = {}
    owner: dict[int, int] = {}
    waiting: list[int] = []
    for at, statement in enumerate(statements):
        known = shape(statement)
        if any(sign in _HERE for sign, _ in known.redirects):
            waiting.append(at)
        elif known.kind == MARK:
            del waiting[:1]
        elif known.kind == DATA and waiting:
            owner[at] = waiting[0]
            lines.setdefault(waiting[0], []).append(at)
    return lines, owner
