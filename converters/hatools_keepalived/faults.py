"""What can be wrong with keepalived.conf as text: each fault's code, severity, words and advice.

``TX`` codes are about the text itself, ``KA0`` codes about what keepalived's own
text language (conditions, definitions, sequences, includes) makes of it.
"""

from __future__ import annotations

from typing import NamedTuple

from hatools.text import Diagnostic, Severity, Span

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Finding(NamedTuple):
    """A fault in a line: its code, 0-based columns, and what fills the gaps of its message."""

    code: str
    start: int
    end: int
    details: tuple[object, ...] = ()


FAULTS: dict[str, tuple[Severity, str, str]] = {
    "KA020": (_ERROR, "this block is never closed{0}", "add the missing '}}'"),
    "KA021": (_ERROR, "this '}}' closes nothing", "take it out, or add the missing '{{' above"),
    "KA022": (_ERROR, 'a \'"\' is never closed: keepalived drops the word it begins',
              'close it; a single quote does not protect "#" and "!"'),
    "KA023": (_ERROR, "the line is {0} bytes long: keepalived 2.2 takes every {1} bytes for a line "
              "of their own, newer ones may ignore it",
              "break it up, or put it together from definitions ($NAME=…)"),
    "TX004": (_ERROR, "there is a NUL byte in this line: keepalived ignores it",
              "save the file as plain text"),
    "TX001": (_ERROR, "the file begins with a byte order mark, which keepalived takes for a word",
              "save it as UTF-8 without a byte order mark"),
    "TX007": (_WARNING, "keepalived has no comments with {0}: it reads the words behind it",
              "write # instead"),
    "TX011": (_ERROR, "keepalived has no comments with {0}: it takes the line for a statement that "
              "it does not know", "write # instead"),
    "TX002": (_ERROR, "{0} is no white space to keepalived: it is part of the word",
              "type an ordinary space instead"),
    "TX003": (_ERROR, "{0} is an ordinary letter to keepalived", "write {1} instead"),
    "TX005": (_ERROR, "this is a template ({0} on {1}), not a configuration", "render it first"),
    "TX009": (_ERROR, "{0} is a placeholder", "put the real value there"),
    "TX010": (_ERROR, "a merge conflict was left here", "choose a side and delete the markers"),
    "KA001": (_WARNING, "{0} is not defined: it stays as it is written", "define it with ${1}=…"),
    "KA002": (_ERROR, "replacing the definitions in this line never ends",
              "a definition must not lead back to itself"),
    "KA003": (_ERROR, "{0} cannot be read: {1}",
              "write ~SEQ(name, first, step, last) or ~LST(name, value, …)"),
    "KA004": (_ERROR, "expanding stops here: more than {0} lines", "make the sequences shorter"),
    "KA005": (_WARNING, "no file to include is found for {0}", "check the name, or leave it out"),
    "KA006": (_WARNING, "not included: {0}",
              "give the file by its path, or name its folder with --include-root"),
    "KA007": (_ERROR, "{0} includes itself", "take one of the includes out"),
    "KA008": (_WARNING, "keepalived {2} does not know {0}, which came with {1}",
              "say --source-version of the keepalived that reads this"),
    "KA009": (_WARNING, "a condition with nothing behind it says nothing", "take it out"),
    "KA010": (_WARNING, "a '\\' at the end continues a line only inside a definition; "
              "here it becomes part of the last word", "write it all on one line"),
    "KA011": (_ERROR, "the '{{' of this block is missing", "add it"),
    "KA012": (_ERROR, "this '{{' opens no block: no statement stands before it", "take it out"),
    "KA013": (_WARNING, "what {0} becomes depends on the machine: it stays as it is written",
              "say --set {1}"),
    "KA014": (_INFO, "no file to include is found for {0}, of which keepalived says nothing", ""),
    "KA015": (_WARNING, "keepalived's manual rules out an include behind a condition or with a "
              "definition in it", "put the condition into the included file"),
    "KA018": (_ERROR, "with its definitions replaced the line has {0} bytes, more than the {1} "
              "that keepalived takes", "make the definitions shorter"),
    "KA017": (_ERROR, "{0} is not defined: keepalived takes its braces for a block",
              "define it with ${1}=…"),
    "KA016": (_WARNING, "the definition of {0} goes on over lines that count everywhere: where the "
              "condition fails, keepalived reads them as settings",
              "put the condition in front of each line"),
}  # fmt: skip


def diagnostic(code: str, span: Span | None, *details: object) -> Diagnostic:
    """Return the fault *code* at *span*, with *details* in the gaps of its message."""
    severity, message, advice = FAULTS[code]
    return Diagnostic(code, severity, message.format(*details), span, advice.format(*details))
