"""Parts the words behind a bind or a server into options, and tells what is wrong with them."""

from __future__ import annotations

from hatools.text import near
from hatools_haproxy.keywords import arities, server_option, standing
from hatools_haproxy.reading_arguments import wrong_arguments
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.syntax import NEWEST

Option = tuple[str, ...]

# What may follow the argument of an option and belongs to it.
_FOLLOWERS = {"source": ("interface", "usesrc")}

_MAY_LACK = frozenset(
    ("weight", "init-addr", "maxqueue")
)  # at the end of a line haproxy takes them bare
_MAY_END = "set-proxy-v2-tlv-fmt"  # as does this one, whatever is glued to it
_ONE_PROCESS = (2, 5)  # nbproc is gone since then


def part_options(of: str, words: tuple[str, ...]) -> tuple[list[Option], list[Option]]:
    """Return the options in *words*, and the words that make none.

    *of* is ``server`` or ``bind``.  Odd words that stand together are one tuple;
    an option without its argument is odd, too.
    """
    counts = arities(of)
    options: list[Option] = []
    odd: list[Option] = []
    at, end = 0, len(words)
    odd_from = -1  # where the odd words that stand here began
    while at < end:
        word = words[at]
        count = counts.get(word)
        if count is None and "(" in word:
            count = counts.get(word.partition("(")[0])
        if count is not None and at + 1 == end and word.startswith(_MAY_END):
            count = 0
        if count is None or at + 1 + count > end:
            if odd_from < 0:
                odd_from = at
            at += 1
            continue
        if odd_from >= 0:
            odd.append(words[odd_from:at])
            odd_from = -1
        stop = at + 1 + count
        followers = _FOLLOWERS.get(word, ()) if of == "server" else ()
        while stop + 1 < end and words[stop] in followers:
            stop += 2
        options.append(words[at:stop])
        at = stop
    if odd_from >= 0:
        odd.append(words[odd_from:])
    return options, odd


def report_options(
    notes: Notes, index: int, of: str, options: list[Option], odd: list[Option]
) -> bool:
    """Remark on the words of statement *index* that *of* does not take in this version.

    Tells whether there were any.
    """
    counts = arities(of)
    for words in odd:
        word = words[-1]
        if word in _MAY_LACK:
            continue
        if word in counts:
            notes.tell(index, "HP110", f"the {of} option '{word}' lacks its argument")
            continue
        meant = near(words[0], counts)
        notes.tell(
            index, "HP101", f"unknown {of} option '{words[0]}'; haproxy refuses the file",
            f"did you mean {meant}" if meant else "take it out",
        )  # fmt: skip
    version, wrong = notes.expansion.version or NEWEST, bool(odd)
    for option in options:
        keyword = server_option(option[0], of)
        status = standing(keyword, version) if keyword is not None else None
        if status is None or status.kind not in ("removed", "too-new"):
            continue
        wrong = True
        if status.kind == "removed":
            notes.tell(
                index, "HP103", f"the {of} option '{option[0]}' was removed in haproxy"
                f" {status.version}, which refuses the file",
                f"write {status.instead} instead" if status.instead else "take it out",
            )  # fmt: skip
        else:
            notes.too_new(index, f"the {of} option '{option[0]}'", status.version)
    return _report_values(notes, index, of, options) or wrong


def _report_values(notes: Notes, index: int, of: str, options: list[Option]) -> bool:
    """Remark on the options whose values haproxy refuses; tell whether there were any."""
    wrong = False
    for option in options:
        fault = wrong_arguments(option, of, notes.version) or _second_process(notes, option)
        if fault:
            wrong = True
            notes.tell(index, "HP110", f"{fault}; haproxy refuses the file")
    return wrong


def _second_process(notes: Notes, option: Option) -> str:
    """Return what is wrong with a ``process`` beyond the first; since 2.5 there is but one."""
    if option[0] != "process" or len(option) < 2 or notes.version < _ONE_PROCESS:
        return ""
    process = option[1].partition("/")[0]
    fine = process in ("1", "1-1", "1-", "all", "odd", "even") or "$" in process
    return "" if fine else f"process {option[1]}: there is one process only"


def report_defaults(notes: Notes, index: int, words: Option) -> None:
    """Remark on what the words of a ``default-server`` line have wrong."""
    options, odd = part_options("server", words)
    report_options(notes, index, "server", options, odd)
    _report_values(notes, index, "default-server", options)
