"""Goes through a script as a shell would, without running anything.

Variables are replaced, loops over written words unrolled, functions that are
called followed.  A condition that only a shell could decide is taken for true,
``case`` takes the branch that was named, or ``start``; both are said.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from hatools.text.diagnostic import Diagnostic
from hatools.text.document import CLOSE, Document, Statement
from hatools.text.expansion import Hop
from hatools.text.shell.compound import ALONE, Block, assignment, blocks_of, function_name, holds
from hatools.text.shell.line import Piece, split_line
from hatools.text.shell.loops import items_of
from hatools.text.shell.statements import (
    DATA,
    FLOW,
    LISTING,
    MARK,
    SAID,
    Shape,
    shape,
    with_words,
)
from hatools.text.source import Span

_MOST = 100_000  # steps that loops and functions may make of a script
_DEEPEST = 40
_LONGEST = 10_000  # characters of a variable
_LOCAL = frozenset(("local", "declare", "typeset"))
_DECLARING = frozenset(("export", "readonly", "local", "declare", "typeset"))
_STARTING = ("start", "up", "master")
_LEAVING = frozenset(("exit", "return"))
_SHOWING = frozenset(("-L", "-l", "sh"))  # how words begin that ask for a list: show, -Ln
_OTHER = "not for this place: the other branch is taken"


class Telling(NamedTuple):
    """How remarks are made: *fault* of code *branch* (taken as if) or *loop* (left out)."""

    program: str
    fault: Callable[[str, str, Span, str], Diagnostic]
    branch: str
    loop: str


class Walk:
    """What counts of a script: *statements* with their *hops*, and why the others do not.

    *feeders* tells for each statement behind a pipe where in *statements* begins
    what is piped into it.
    """

    def __init__(
        self, document: Document, variables: dict[str, str], branch: str | None, telling: Telling
    ) -> None:
        self.document = document
        self.source = document.statements
        self.variables = variables
        self.branch = branch
        self.telling = telling
        self.blocks = blocks_of(self.source)
        self.functions: dict[str, tuple[int, int, int]] = {}
        self.called: set[str] = set()
        self.statements: list[Statement] = []
        self.hops: list[Hop] = []
        self.feeders: dict[int, int] = {}
        self.skipped: dict[tuple[int, int], tuple[str, str]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.local: list[set[str]] = []  # the names that each function under way has of its own
        self.steps = 0
        self.most = _MOST + len(self.source)

    def go(self) -> Walk:
        """Take the whole script."""
        self.run(0, len(self.source), 0)
        if self.steps >= self.most:
            self._left_out(0, f"only the first {self.most} commands that the loops make are read")
        self._leave_the_rest()
        return self

    def run(self, at: int, stop: int, depth: int) -> None:
        """Take the statements from *at* to *stop*."""
        pipe = len(self.statements)
        while at < stop and self.steps < self.most:
            self.steps += 1
            known = shape(self.source[at])
            joint = known.joint
            if joint == "|":
                self.feeders[len(self.statements)] = pipe
            elif known.kind not in (DATA, MARK):
                pipe = len(self.statements)
                self._joined(at, joint)
            block = self.blocks.get(at)
            if block is not None:
                self._block(block, depth)
                at = block.end + 1
            else:
                at += self._one(at, depth)

    def _joined(self, at: int, joint: str) -> None:
        """Say that a command of the program's is taken as if what decides on it held."""
        before = self.source[at - 1].words[:1] if at else ()
        unsure = joint == "||" or (joint == "&&" and before in (("[",), ("[[",), ("test",)))
        if unsure and self._programs(self._words(at)):
            self._remark(at, "this command, which depends on another, is taken as if it were run",
                         "take it out where it does not count")  # fmt: skip

    def _programs(self, words: tuple[str, ...]) -> bool:
        """Tell whether *words* are a command of the program's."""
        return any(word.rpartition("/")[2] == self.telling.program for word in words[:4])

    # Single commands -----------------------------------------------------------------------

    def _keep(self, index: int) -> None:
        if self.source[index].kind < CLOSE:
            self.skipped.setdefault((0, index), ("kept", ""))

    def _leave(self, start: int, stop: int, reason: str) -> None:
        for index in range(start, stop):
            if self.source[index].kind < CLOSE:
                self.skipped.setdefault((0, index), ("dropped", reason))

    def _emit(self, index: int, statement: Statement) -> None:
        self.statements.append(statement)
        self.hops.append(Hop(0, index))

    def _one(self, at: int, depth: int) -> int:
        """Take one statement; return how many were used up."""
        statement = self.source[at]
        if statement.kind >= CLOSE:
            return 1
        words = self._words(at)
        body = self.blocks.get(at + 1)
        if body is not None and self._names_function(at):
            self.functions[function_name(words)] = (at, at + 2, body.end)
            self._keep(at)
            return body.end + 1 - at
        name = words[0] if words else ""
        if name in self.functions and depth < _DEEPEST:
            self._keep(at)
            self._call(name, words[1:], depth)
        elif len(words) == 1 and name in ALONE:
            self._keep(at)
        else:
            self._plain(at, words)
        return 1

    def _names_function(self, at: int) -> bool:
        """Tell whether the statement is ``name()`` with its brace on the next line."""
        following = self.source[at + 1]
        named = function_name(self.source[at].words)
        return bool(named) and self.blocks[at + 1].kind == "brace" and not following.words

    def _call(self, name: str, arguments: tuple[str, ...], depth: int) -> None:
        """Take the body of a function, with its arguments as $1 to $N."""
        self.called.add(name)
        outer = self.variables
        own = dict.fromkeys("123456789", "")
        own |= {str(number): word for number, word in enumerate(arguments, 1)}
        whole = {"@": " ".join(arguments), "*": " ".join(arguments), "#": str(len(arguments))}
        self.variables = {key: word for key, word in outer.items() if not key.isdigit()}
        self.variables |= own | whole
        _, start, stop = self.functions[name]
        self.local.append(set())
        self.run(start, stop, depth + 1)
        own_names = self.local.pop().union(key for key in self.variables if _positional(key))
        self.variables = {k: word for k, word in self.variables.items() if k not in own_names}
        self.variables |= {
            key: word for key, word in outer.items() if _positional(key) or key in own_names
        }

    def _plain(self, at: int, words: tuple[str, ...]) -> None:
        """Take an assignment, or a command."""
        statement = self.source[at]
        known = shape(statement)
        if known.kind not in (LISTING, DATA, MARK) and self._assigns(words):
            self._keep(at)
        elif words == statement.words and not (known.live and known.redirects):
            self._emit(at, statement)
        elif words:
            note: object = SAID
            if isinstance(statement.note, Shape):
                kind = known.kind if known.kind == DATA else SAID
                note = Shape(kind, False, self._piece(at).redirects, known.joint)
            self._emit(at, with_words(statement, words, note))
        else:
            self._keep(at)

    def _assigns(self, words: tuple[str, ...]) -> bool:
        """Take ``NAME=VALUE``, ``NAME=(A B)``; tell whether the words were that."""
        if words and words[0] in _DECLARING:
            if self.local and words[0] in _LOCAL:
                self.local[-1].update(word.partition("=")[0] for word in words[1:])
            words = tuple(word for word in words[1:] if word[:1] != "-")
        said = [assignment(word) for word in words]
        first = said[0] if said else None
        if first is None:
            return False
        name, value = first
        if value.startswith("(") and words[-1].endswith(")"):
            inner = " ".join((value[1:], *words[1:])).rstrip(")").strip()
            before = self.variables.get(name, "") if "+=" in words[0] else ""
            self.variables[name] = f"{before[:_LONGEST]} {inner[:_LONGEST]}".strip()
            return True
        if not all(said):
            return False
        for word, pair in zip(words, said, strict=True):
            if pair is not None and len(pair[1]) <= _LONGEST:
                before = self.variables.get(pair[0], "") if f"{pair[0]}+=" in word else ""
                self.variables[pair[0]] = before[:_LONGEST] + pair[1]
        return True

    def _words(self, at: int) -> tuple[str, ...]:
        """Return the words of a statement, its variables replaced."""
        statement = self.source[at]
        known = shape(statement)
        if not known.live and known.kind != FLOW:
            return statement.words
        if not any("$" in word or "`" in word for word in statement.words):
            return statement.words
        return self._piece(at).words

    def _piece(self, at: int) -> Piece:
        pieces, _ = split_line(self.document.text_of(at), 0, self.variables)
        return pieces[0] if pieces else Piece((), 0, 0)

    # Compound commands ---------------------------------------------------------------------

    def _block(self, block: Block, depth: int) -> None:
        if depth > _DEEPEST:
            self._leave(block.at, block.end + 1, "nested too deeply to follow")
            return
        for index in (*block.parts, block.end):
            self._keep(index)
        if block.kind == "if":
            self._if(block, depth + 1)
        elif block.kind == "case":
            self._case(block, depth + 1)
        elif block.kind == "loop":
            self._loop(block, depth + 1)
        else:
            self._group(block, depth + 1)

    def _if(self, block: Block, depth: int) -> None:
        """Take the first part whose condition holds, or may hold."""
        before, taken, asked = len(self.statements), False, block.at
        known = dict(self.variables)
        doubts: list[bool] = []
        for here, following in pairwise([block.at, *block.parts, block.end]):
            word = self.source[here].words[0]
            if word in ("if", "elif"):
                asked = here
                self._condition(here, following, taken)
                continue
            wanted, sure = word == "else", True
            if word == "then" and not taken:
                wanted, sure = self._decide(asked, block, here, following)
            if not taken and not sure:
                doubts.append(wanted)
            if wanted and not taken:
                taken = True
                self.run(here + 1, following, depth)
            else:
                self._leave(here + 1, following, _OTHER)
        counts = known != self.variables or any(
            self._programs(each.words) for each in self.statements[before:]
        )
        if doubts and (counts or len(block.parts) > 1):
            self._remark(block.at, f"this condition is taken for {str(doubts[0]).lower()}",
                         "keep only the commands that count")  # fmt: skip

    def _condition(self, start: int, stop: int, taken: bool) -> None:
        """Take what stands as a condition: a command of the program's there is run."""
        words = tuple(word for word in self._words(start)[1:] if word != "!")
        if self._programs(words[:1]) and not taken:
            self._emit(start, with_words(self.source[start], words, SAID))
        else:
            self._keep(start)
        for index in range(start + 1, stop):
            self._keep(index)

    def _decide(self, asked: int, block: Block, here: int, stop: int) -> tuple[bool, bool]:
        """Return whether a condition is taken for true, and whether that is sure."""
        condition = self._words(asked)[1:]
        plain = asked + 1 == here
        known = holds(condition) if plain else None
        if known is not None:
            return known, True
        stops = "stop" in condition and "start" not in condition
        others = len(block.parts) > 1
        leaves = others and any(
            self.source[index].words[:1] and self.source[index].words[0] in _LEAVING
            for index in range(here + 1, stop)
        )
        return not (stops or leaves), False

    def _case(self, block: Block, depth: int) -> None:
        """Take the branch of ``case`` that is named, or matches, or is called start."""
        from fnmatch import fnmatchcase

        patterns = {
            index: self.source[index].words[0].rstrip(")").lstrip("(").split("|")
            for index in block.parts
        }
        self._keep(block.at)
        words = self._words(block.at)
        subject = words[1] if len(words) > 1 else ""
        unknown = "$" in subject or "`" in subject or not subject
        wanted = self.branch if unknown else subject
        chosen = next((index for name in ([wanted] if wanted else _STARTING)
                       for index, each in patterns.items()
                       if any(fnmatchcase(name, item.strip("\"'")) for item in each)
                       and (wanted or "*" not in each)), -1)  # fmt: skip
        if chosen < 0 and unknown and patterns:
            chosen = block.parts[0]
        for here, following in pairwise([*block.parts, block.end]):
            if here == chosen:
                self.run(here + 1, following, depth)
            else:
                name = "|".join(patterns[here])
                self._leave(here + 1, following, f"not for this place: branch {name})")
        if chosen >= 0 and unknown:
            name = "|".join(patterns[chosen])
            self._remark(block.at, f"the branch {name}) is taken", "another with --set case=NAME")

    def _loop(self, block: Block, depth: int) -> None:
        """Take the body of ``for`` once for each of its words."""
        self._keep(block.at)
        words = self._words(block.at)
        body = next((i for i in block.parts if self.source[i].words[0] == "do"), -1)
        if body < 0:
            self._leave(block.at + 1, block.end, "not understood: a loop without do")
            return
        for index in range(block.at + 1, body):
            self._keep(index)
        items = None
        if words[:1] == ("for",) and len(words) > 1:
            listed = words[3:] if words[2:3] == ("in",) else ("$@",)
            items = items_of(listed)
        if items is None:
            self._leave(body + 1, block.end, "not understood: only a shell could run this loop")
            if self._matters(body + 1, block.end):
                said = "this loop runs over what only a shell knows: it is left out"
                self._left_out(block.at, said)
            return
        for item in items:
            self.variables[words[1]] = item
            self.run(body + 1, block.end, depth)
        if not items:
            self._leave(body + 1, block.end, "not for this place: the loop has nothing to run over")

    def _matters(self, start: int, stop: int) -> bool:
        """Tell whether a command of the program's that does more than show is in there."""
        for index in range(start, stop):
            words = self._words(index)
            if words and words[0] in self.functions:
                return True
            named = any(self.telling.program in word.lower() for word in words[:4])
            if named and not _SHOWING & {word[:2] for word in words}:
                return True
        return False

    def _group(self, block: Block, depth: int) -> None:
        """Take a group, or remember a function."""
        words = self.source[block.at].words
        if words:
            self._keep(block.at)
        name = function_name(words)
        if name:
            self.functions[name] = (block.at, block.at + 1, block.end)
        else:
            self.run(block.at + 1, block.end, depth)

    # Account -------------------------------------------------------------------------------

    def _leave_the_rest(self) -> None:
        """Account for functions that no command calls, and for what was not reached."""
        for name, (at, start, stop) in self.functions.items():
            if name not in self.called:
                self._leave(start, stop, f"not for this place: nothing calls {name}")
                self._keep(at)
        reached = {hop.number for hop in self.hops}
        for index, statement in enumerate(self.source):
            if statement.kind < CLOSE and index not in reached:
                self.skipped.setdefault((0, index), ("dropped", "not for this place"))

    def _left_out(self, index: int, message: str) -> None:
        span = self.document.span(index)
        self.diagnostics.append(
            self.telling.fault(self.telling.loop, message, span, "write its commands out")
        )

    def _remark(self, index: int, message: str, advice: str) -> None:
        telling = self.telling
        remark = telling.fault(telling.branch, message, self.document.span(index), advice)
        if remark not in self.diagnostics:
            self.diagnostics.append(remark)


def _positional(name: str) -> bool:
    """Tell whether *name* is of an argument: ``$1``, ``$@``."""
    return name.isdigit() or name in ("@", "*", "#")
