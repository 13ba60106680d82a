"""Tells what is wrong with sample expressions (``hdr(host),lower``) and formats (``%[src]``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hatools_haproxy.keywords import Sample, sample

Version = tuple[int, ...]
_SCOPES = ("proc", "sess", "txn", "req", "res", "check")
_NAME = re.compile(r"[A-Za-z0-9._:-]*")
_VARIABLE = re.compile(r"[A-Za-z0-9_.]+")
_SCALAR = frozenset(("<int>", "<mask4>", "<fieldnum>"))
_NEEDED = frozenset(("<server>", "<userlist>"))
FORMAT_NAMES = frozenset((
    "B", "CC", "CS", "H", "HM", "HP", "HPO", "HQ", "HU", "HV", "ID", "ST", "T", "Ta", "Tc",
    "Td", "Th", "Ti", "Tl", "Tq", "Tr", "TR", "Ts", "Tt", "Tu", "Tw", "U", "ac", "b", "bc",
    "bi", "bp", "bq", "ci", "cp", "f", "fc", "fi", "fp", "ft", "hr", "hrl", "hs", "hsl", "lc",
    "ms", "o", "pid", "r", "rc", "rt", "s", "sc", "si", "sp", "sq", "sslc", "sslv", "t", "tr",
    "trg", "trl", "ts", "tsc", "Trg", "Trl", "Bi", "Bp", "Ci", "Cp", "Fi", "Fp", "Si", "Sp",
    "OG",
))  # fmt: skip
"""The names that may follow ``%`` in a format."""


class Signature(NamedTuple):
    """The *types* of a fetch's or converter's arguments, of which *least* must be given."""

    types: tuple[str, ...]
    least: int


@lru_cache(maxsize=1024)
def _signature(arguments: str) -> Signature:
    types = tuple(re.findall(r"<[^>]*>", arguments))
    required = re.sub(r"\[.*\]", "", arguments)
    return Signature(types, required.count("<"))


@lru_cache(maxsize=4096)
def wrong_expression(text: str, version: Version) -> str:
    """Return what is wrong with a sample expression, nothing where all seems well."""
    if "$" in text.partition("(")[0]:
        return ""
    kind, at, first = "fetch", 0, True
    while first or at < len(text):
        name_end = _NAME.match(text, at).end()  # type: ignore[union-attr]  # it may match nothing
        name = text[at:name_end]
        if not name and not first:
            if text[at : at + 1] == ",":
                at += 1
                continue
            return f"there is no converter at '{text[at:]}'"
        entry = None
        if not name.startswith("lua."):
            entry = _known(name, kind, version)
            if entry is None:
                return _stranger(name, kind, version)
        at = name_end
        arguments: list[str] = []
        if text[at : at + 1] == "(":
            read = _arguments(text, at + 1)
            if read is None:
                return f"the ( behind '{name}' has no )"
            arguments, at = read
        if entry is not None:
            wrong = _wrong_arguments(entry, arguments) or _wrong_for(name, arguments, version)
            if wrong:
                return wrong
        if at < len(text) and text[at] != ",":
            return f"a comma is missing behind '{text[:at]}'"
        at += 1
        kind, first = "converter", False
    return ""


@lru_cache(maxsize=1024)
def _known(name: str, kind: str, version: Version) -> Sample | None:
    """Return what *name* is, None where this version does not know it."""
    kinds = ("fetch", "acl") if kind == "fetch" else ("converter",)
    for each in kinds:
        entry = sample(name, each)
        if entry is not None and _present(entry, version):
            return entry
    return None


def _stranger(name: str, kind: str, version: Version) -> str:
    """Return why this version does not know the fetch or converter *name*."""
    kinds = ("fetch", "acl") if kind == "fetch" else ("converter",)
    for each in kinds:
        entry = sample(name, each)
        if entry is not None and entry.removed and _order(entry.removed) <= version:
            instead = f": write {entry.instead}" if entry.instead else ""
            return f"the {kind} '{name}' was removed in haproxy {entry.removed}{instead}"
        if entry is not None and entry.since:
            return f"the {kind} '{name}' came with haproxy {entry.since}"
    return f"there is no {kind} called '{name}'"


def _present(entry: Sample, version: Version) -> bool:
    if entry.removed and _order(entry.removed) <= version:
        return False
    return not entry.since or _order(entry.since) <= version or entry.name in _BACKPORTED


_BACKPORTED = frozenset(("host_only", "port_only", "table_expire", "table_idle"))
"""What late releases of 2.6 have, too."""


def _order(version: str) -> Version:
    return tuple(int(part) for part in version.partition("-")[0].split("."))


def is_converter(word: str, version: Version) -> bool:
    """Tell whether *word* begins with a converter."""
    return _known(_NAME.match(word)[0], "converter", version) is not None  # type: ignore[index]


def _arguments(text: str, at: int) -> tuple[list[str], int] | None:
    """Return the arguments that begin at *at* and where the text goes on; None if never closed."""
    arguments, word, quote, size = [], "", "", len(text)
    while at < size:
        char = text[at]
        if quote:
            if char == quote:
                quote = ""
            elif char == "\\" and quote == '"' and at + 1 < size:
                at += 1
                word += text[at]
            else:
                word += char
        elif char in "\"'":
            quote = char
        elif char == "\\" and at + 1 < size:
            at += 1
            word += text[at]
        elif char == ",":
            arguments.append(word)
            word = ""
        elif char == ")":
            return [*arguments, word], at + 1
        else:
            word += char
        at += 1
    return None


def _wrong_arguments(entry: Sample, given: list[str]) -> str:
    name = entry.name
    types, least = _signature(entry.arguments)
    if given == [""] and not types:
        return ""
    if entry.kind == "acl":
        return ""
    if len(given) > len(types):
        return f"{name} takes no argument '{given[len(types)]}'"
    if not given and least:
        given = [""]
    if len(given) < least:
        return f"{name} needs {least} arguments, not {len(given)}"
    for number, word in enumerate(given):
        kind = types[number]
        if "$" in word or "%" in word:
            continue
        if kind in _SCALAR and not _fits(kind, word) and (word or number < least):
            return f"{name}: '{word}' is no number" if word else f"{name} needs a number"
        if kind in _NEEDED and not word:
            return f"{name} needs the name of a {kind[1:-1]}"
    if name in ("var", "set-var", "unset-var") and given:
        return wrong_variable(given[0])
    if name == "bool" and given and given[0].lower() not in ("true", "false", "0", "1"):
        return f"bool: '{given[0]}' is neither true nor false"
    return ""


_VARIABLES_FOR_NUMBERS = (2, 9)
_CASE_OF_PARAMETERS = (2, 8)
_POSITION = re.compile(r"([+-]?\d+)|(?:" + "|".join(_SCOPES) + r")\.[A-Za-z0-9_.]+")


def _wrong_for(name: str, given: list[str], version: Version) -> str:
    """Return what is wrong with arguments of which versions think differently."""
    if name == "bytes" and not given and version < _VARIABLES_FOR_NUMBERS:
        return "bytes needs a number"
    if name == "bytes":
        for least, word in enumerate(given[:2]):
            found = _POSITION.fullmatch(word)
            if version < _VARIABLES_FOR_NUMBERS:
                if not found or not found[1]:
                    return f"bytes: '{word}' is no number"
            elif not found:
                return f"bytes: '{word}' is neither a number nor a variable"
            elif found[1] and int(found[1][:20]) < least:
                return f"bytes: {word} is below {least}"
    if name in ("url_param", "urlp", "urlp_val") and given[2:] and version < _CASE_OF_PARAMETERS:
        return f"{name} takes two arguments; the third came with haproxy 2.8"
    if name == "param" and len(given) > 1 and len(given[1]) != 1:
        return f"param: '{given[1]}' is not one character"
    return ""


def _fits(kind: str, word: str) -> bool:
    if kind == "<int>":
        return bool(re.fullmatch(r"[+-]?\d+", word))
    if kind == "<fieldnum>":
        return bool(re.fullmatch(r"\d+(\.\d+)*", word))
    if word.isdigit():
        return int(word) <= 32
    return bool(re.fullmatch(r"\d+(\.\d+){3}", word)) or kind != "<mask4>"


def wrong_variable(name: str) -> str:
    """Return what is wrong with the name of a variable."""
    scope, dot, rest = name.partition(".")
    if "$" in name:
        return ""
    if scope not in _SCOPES:
        return f"the variable '{name}' names no scope ({', '.join(_SCOPES)})"
    if not dot or not rest or not _VARIABLE.fullmatch(rest):
        return f"'{name}' is no name of a variable"
    return ""


@lru_cache(maxsize=4096)
def wrong_format(text: str, version: Version) -> str:
    """Return what is wrong with a format, nothing where all seems well."""
    at = text.find("%")
    while at >= 0:
        at += 1
        if at >= len(text):
            return ""
        if text[at] == "%":
            at += 1
        else:
            if text[at] == "{":
                at = text.find("}", at) + 1
                if not at:
                    return "the { of a format has no }"
            if text[at : at + 1] == "[":
                end = _closing(text, at + 1)
                if end < 0:
                    return f"the [ before '{text[at + 1 :]}' has no ]"
                wrong = wrong_expression(text[at + 1 : end], version)
                if wrong:
                    return wrong
                at = end + 1
            else:
                name = re.match(r"\w*", text[at:], re.ASCII)[0]  # type: ignore[index]
                if name and name not in FORMAT_NAMES and not _newer(version):
                    return f"there is no %{name} in a format: write %% for a plain %"
                at += len(name)
        at = text.find("%", at)
    return ""


def _newer(version: Version) -> bool:
    """Tell whether formats may hold names that this table does not (they grew in 2.9)."""
    return version > (2, 8)


def _closing(text: str, at: int) -> int:
    """Return where the ``]`` of an expression stands, -1 where there is none."""
    depth, quote = 0, ""
    while at < len(text):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and depth:
            quote = char
        elif char == "\\":
            at += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char == "]" and not depth:
            return at
        at += 1
    return -1
