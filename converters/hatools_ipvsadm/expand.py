"""A script as it counts in one place: variables replaced, branches chosen, loops unrolled.

Nothing is run.  A condition is taken for true, ``case`` takes the branch
``start`` (or what ``--set case=NAME`` names), ``for`` runs over words that
stand in the script; what only a shell could know is left out and named.
"""

from __future__ import annotations

from itertools import pairwise

from hatools.plugin import Place
from hatools.text import Diagnostic, Document, Expansion, Hop, Statement
from hatools.text.document import CLOSE
from hatools_ipvsadm.compound import Block, assignment, blocks_of
from hatools_ipvsadm.faults import BRANCH, fault
from hatools_ipvsadm.shell import split_line
from hatools_ipvsadm.syntax import DATA, FLOW, LISTING, LIVE, MARK
from hatools_ipvsadm.ticks import in_seconds, with_words

_MOST = 100_000  # statements that loops and functions may make of a script
_DEEPEST = 40
_DECLARING = frozenset(("export", "readonly", "local", "declare", "typeset"))


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* as it counts at *place*.

    ``env@NAME`` gives a variable its value, ``case`` names the branch of a
    ``case``, ``hz`` the kernel's ticks a second (for ``/proc/net/ip_vs``).
    """
    statements = document.statements
    if not any(each.note not in (0, LISTING, DATA, MARK) for each in statements):
        return in_seconds(Expansion([document], statements, version=place.version), place)
    walk = _Walk(document, place)
    walk.run(0, len(statements), 0)
    walk.leave_uncalled()
    expansion = Expansion(
        [document], walk.statements, walk.hops, walk.skipped, walk.diagnostics, place.version
    )
    return in_seconds(expansion, place)


class _Walk:
    """Goes through a script as a shell would, without running anything."""

    def __init__(self, document: Document, place: Place) -> None:
        self.document = document
        self.source = document.statements
        self.branch = place.settings.get("case")
        self.variables: dict[str, str] = dict(place.settings.items("env"))
        self.blocks = blocks_of(self.source)
        self.functions: dict[str, tuple[int, int, int]] = {}
        self.called: set[str] = set()
        self.statements: list[Statement] = []
        self.hops: list[Hop] = []
        self.skipped: dict[tuple[int, int], tuple[str, str]] = {}
        self.diagnostics: list[Diagnostic] = []

    def run(self, at: int, stop: int, depth: int) -> None:
        """Take the statements from *at* to *stop*."""
        while at < stop and len(self.statements) < _MOST:
            block = self.blocks.get(at)
            if block is not None:
                self._block(block, depth)
                at = block.end + 1
            else:
                at += self._one(at, depth)

    def _keep(self, index: int) -> None:
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
        name = words[0].removesuffix("()") if words else ""
        if statement.note == FLOW and words and self._opens_function(at, words):
            block = self.blocks.get(at + 1)
            assert block is not None
            self.functions[name] = (at, at + 2, block.end)
            self._keep(at)
            return block.end + 1 - at
        if name in self.functions and len(words) < 4 and depth < _DEEPEST:
            self._keep(at)
            self.called.add(name)
            self._arguments(words)
            _, start, stop = self.functions[name]
            self.run(start, stop, depth + 1)
            return 1
        self._plain(at, words)
        return 1

    def _opens_function(self, at: int, words: tuple[str, ...]) -> bool:
        """Tell whether the statement is ``name()`` with its brace on the next line."""
        following = self.blocks.get(at + 1)
        return (
            following is not None
            and following.kind == "brace"
            and not self.source[at + 1].words
            and (words[0].endswith("()") or words[-1] == "()")
        )

    def _arguments(self, words: tuple[str, ...]) -> None:
        self.variables.update({str(n): word for n, word in enumerate(words[1:], 1)})

    def _plain(self, at: int, words: tuple[str, ...]) -> None:
        """Take an assignment, or a command."""
        statement = self.source[at]
        declared = words[1:] if words and words[0] in _DECLARING else words
        said = [assignment(word) for word in declared]
        if said and all(said) and statement.note not in (LISTING, DATA, MARK):
            for pair in said:
                if pair is not None:
                    self.variables[pair[0]] = pair[1]
            self._keep(at)
            return
        if words == statement.words:
            self._emit(at, statement)
        elif words:
            note = statement.note
            self._emit(at, with_words(statement, words, note[1:] and (0, note[1])
                                 if isinstance(note, tuple) else 0))  # fmt: skip
        else:
            self._keep(at)

    def _words(self, at: int) -> tuple[str, ...]:
        """Return the words of a statement, its variables replaced."""
        statement = self.source[at]
        note = statement.note
        live = note in (LIVE, FLOW) or (isinstance(note, tuple) and note[0] == LIVE)
        if not live or not any("$" in word or "`" in word for word in statement.words):
            return statement.words
        pieces, _ = split_line(self.document.text_of(at), 0, self.variables)
        return pieces[0].words if pieces else ()

    def _block(self, block: Block, depth: int) -> None:
        if depth > _DEEPEST:
            self._leave(block.at, block.end + 1, "nested too deeply to follow")
            return
        for index in (block.at, *block.parts, block.end):
            if self.source[index].kind < CLOSE:
                self._keep(index)
        if block.kind == "if":
            self._if(block, depth + 1)
        elif block.kind == "case":
            self._case(block, depth + 1)
        elif block.kind == "loop":
            self._loop(block, depth + 1)
        else:
            self._brace(block, depth + 1)

    def _tail(self, index: int, depth: int, drop: int = 1) -> None:
        """Take what stands behind a keyword on its own line (``then ipvsadm -C``)."""
        words = self._words(index)[drop:]
        if words and depth <= _DEEPEST:
            self._emit(index, with_words(self.source[index], words, 0))

    def _if(self, block: Block, depth: int) -> None:
        """Take the part behind ``then``; of a test for ``stop``, the part behind ``else``."""
        parts = [*block.parts, block.end]
        condition = self._words(block.at)
        negative = "stop" in condition and "start" not in condition
        taken = False
        for here, following in pairwise(parts):
            word = self.source[here].words[0]
            wanted = (word == "then" and not negative) or (word == "else" and negative)
            if wanted and not taken:
                taken = True
                self._tail(here, depth)
                self.run(here + 1, following, depth)
            else:
                self._leave(here + 1, following,
                            "not for this place: the other branch is taken")  # fmt: skip
        first = parts[0]
        for index in range(block.at + 1, first):
            self._keep(index)
        if len(block.parts) > 1:
            self._remark(block.at, f"this condition is taken for {'false' if negative else 'true'}",
                         "keep only the commands that count")  # fmt: skip

    def _case(self, block: Block, depth: int) -> None:
        """Take the branch of ``case`` that is named, or matches, or is called start."""
        patterns = {
            index: self.source[index].words[0].rstrip(")").lstrip("(").split("|")
            for index in block.parts
        }
        words = self._words(block.at)
        subject = words[1] if len(words) > 1 else ""
        unknown = "$" in subject or not subject
        wanted = self.branch if unknown else subject
        names = [wanted, "*"] if wanted else ["start", "up", "master"]
        chosen = next((index for name in names for index, each in patterns.items()
                       if name in [item.strip("\"'") for item in each]), -1)  # fmt: skip
        if chosen < 0 and unknown and patterns:
            chosen = block.parts[0]
        parts = [*block.parts, block.end]
        for here, following in pairwise(parts):
            if here == chosen:
                self._tail(here, depth)
                self.run(here + 1, following, depth)
            else:
                name = "|".join(patterns[here])
                if len(self.source[here].words) > 1:
                    self.skipped[(0, here)] = ("dropped", f"not for this place: branch {name})")
                self._leave(here + 1, following, f"not for this place: branch {name})")
        if chosen >= 0 and unknown:
            name = "|".join(patterns[chosen])
            self._remark(block.at, f"the branch {name}) is taken", "another with --set case=NAME")

    def _loop(self, block: Block, depth: int) -> None:
        """Take the body of ``for`` once for each of its words."""
        words = self._words(block.at)
        body = next((i for i in block.parts if self.source[i].words[0] == "do"), -1)
        if body < 0:
            return
        for index in range(block.at + 1, body):
            self._keep(index)
        items = words[3:]
        unknown = any("$" in item or "`" in item or "{" in item for item in items)
        if words[:1] != ("for",) or words[2:3] != ("in",) or unknown:
            self._leave(body + 1, block.end, "not understood: only a shell could run this loop")
            self._remark(block.at, "this loop runs over what only a shell knows",
                         "write its commands out")  # fmt: skip
            return
        for item in items:
            self.variables[words[1]] = item
            self._tail(body, depth)
            self.run(body + 1, block.end, depth)
        if not items:
            self._leave(body + 1, block.end, "not for this place: the loop has nothing to run over")

    def _brace(self, block: Block, depth: int) -> None:
        """Take a group, or remember a function."""
        words = self.source[block.at].words
        if not words:
            self.run(block.at + 1, block.end, depth)
            return
        name = words[1] if words[0] == "function" else words[0]
        self.functions[name.removesuffix("()")] = (block.at, block.at + 1, block.end)
        brace = words.index("{")
        if words[brace + 1 :]:
            self.skipped[(0, block.at)] = ("dropped", "not understood: a function on one line")

    def leave_uncalled(self) -> None:
        """Account for functions that no command calls, and for what was not reached."""
        for name, (at, start, stop) in self.functions.items():
            if name not in self.called:
                self._leave(start, stop, f"not for this place: nothing calls {name}")
                self._keep(at)
        reached = {hop.number for hop in self.hops}
        for index, statement in enumerate(self.source):
            if statement.kind < CLOSE and index not in reached:
                self.skipped.setdefault((0, index), ("dropped", "not for this place"))

    def _remark(self, index: int, message: str, advice: str) -> None:
        self.diagnostics.append(fault(BRANCH, message, self.document.span(index), advice))
