"""What ``echo`` and ``printf`` print, as far as their words tell."""

from __future__ import annotations

import re

_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[nt\\]")
_FLAGS = re.compile(r"-[neE]+")
_VERB = re.compile(r"%([sdb%])")


def printed(words: tuple[str, ...]) -> list[str] | None:
    """Return the lines that *words*, an echo or a printf, print; None where that is not known."""
    name, rest = words[0].rpartition("/")[2], words[1:]
    if name == "echo":
        while rest and _FLAGS.fullmatch(rest[0]):
            rest = rest[1:]
        return _plain(" ".join(rest)).split("\n")
    if rest[:1] == ("--",):
        rest = rest[1:]
    if not rest:
        return []
    form, arguments = rest[0], rest[1:]
    if "%" in _VERB.sub("", form):
        return None
    wanted = len(re.findall(r"%[sdb]", form))
    rounds = max(1, -(-len(arguments) // wanted)) if wanted else 1
    text = ""
    for number in range(rounds):
        text += _filled(_plain(form), arguments[number * wanted : (number + 1) * wanted])
    return text.split("\n")


def _filled(form: str, arguments: tuple[str, ...]) -> str:
    """Return *form* with its ``%s`` replaced."""
    given = iter(arguments)
    return _VERB.sub(lambda verb: "%" if verb[1] == "%" else next(given, ""), form)


def _plain(text: str) -> str:
    """Return *text* with its escapes replaced."""
    return _ESCAPE.sub(lambda found: _ESCAPES[found[0]], text) if "\\" in text else text
