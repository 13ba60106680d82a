"""Reads ``~SEQ`` and ``~LST``: which values their names take, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEAD = re.compile(r"~(SEQx?|LST)[ \t]*\([ \t]*")
_NUMBER = re.compile(r"[ \t]*([+-]?(?:0[xX][0-9A-Fa-f]+|[0-9]+))?[ \t]*([,)])")
_GROUP = re.compile(r"[ \t]*(?:\{([^{}()]*)\}|([^ \t,{})]*))[ \t]*([,)])")

Assignments = Iterator[dict[str, str]]


class BadSequence(ValueError):
    """A ``~SEQ`` or ``~LST`` that keepalived cannot read; the text says why."""


def read_sequence(text: str) -> tuple[str, str, Assignments]:
    """Return the directive's name, the text it repeats, and the definitions for each repetition.

    Definitions in the bounds must have been replaced.  Raises `BadSequence`.
    """
    head = _HEAD.match(text)
    if head is None:
        raise BadSequence("a '(' must follow")
    name = head[1]
    read = _list if name == "LST" else _numbers
    end, assignments = read(text, head.end(), name)
    return "~" + name, text[end:].lstrip(" \t"), assignments


def _numbers(text: str, at: int, name: str) -> tuple[int, Assignments]:
    """Read ``name, [start, [step,]] end)`` from place *at*."""
    match = re.compile(r"([^ \t,){]+)[ \t]*,").match(text, at)
    if match is None:
        raise BadSequence("a name and a comma must follow the '('")
    variable, at = match[1], match.end()
    numbers: list[int] = []
    while len(numbers) < 3:
        found = _NUMBER.match(text, at)
        if found is None:
            raise BadSequence("its bounds must be numbers")
        numbers.append(_integer(found[1] or "0"))
        at = found.end()
        if found[2] == ")":
            break
    else:
        raise BadSequence("it takes three numbers at most")
    start, step, last = _bounds(numbers)
    hexadecimal = name == "SEQx"
    if hexadecimal and (start < 0 or last < 0):
        raise BadSequence("~SEQx counts positive numbers only")
    values = range(start, last + (1 if step > 0 else -1), step)
    return at, ({variable: f"{value:x}" if hexadecimal else str(value)} for value in values)


def _integer(text: str) -> int:
    """Return the number that C's strtol sees with base 0: 0x is hexadecimal, a leading 0 octal."""
    digits = text.lstrip("+-")
    if digits[:2] in ("0x", "0X"):
        value = int(digits[2:], 16)
    elif digits[0] == "0" and set(digits) <= set("01234567"):
        value = int(digits, 8)
    elif digits[0] == "0":
        raise BadSequence(f"{text} is no octal number")
    else:
        value = int(digits[:19])
    return -value if text[0] == "-" else value


def _bounds(numbers: list[int]) -> tuple[int, int, int]:
    """Return (start, step, last) as keepalived fills them in."""
    if len(numbers) == 1:
        last = numbers[0]
        return (-1 if last < 0 else 1), (-1 if last < 1 else 1), last
    if len(numbers) == 2:
        start, last = numbers
        return start, (1 if start <= last else -1), last
    start, step, last = numbers
    if not step or (start < last and step < 0) or (start > last and step > 0):
        raise BadSequence("the step leads away from the last number")
    return start, step, last


def _list(text: str, at: int, _name: str) -> tuple[int, Assignments]:
    """Read ``name, value, …)`` or ``{name, …}, {value, …}, …)`` from place *at*."""
    groups: list[list[str]] = []
    while True:
        match = _GROUP.match(text, at)
        if match is None:
            raise BadSequence("its values must be separated by commas and end with ')'")
        inner = match[2] if match[1] is None else match[1]
        groups.append([part.strip(" \t") for part in inner.split(",")])
        at = match.end()
        if match[3] == ")":
            break
    names, *rows = groups
    if not rows or not all(names):
        raise BadSequence("a name and at least one value must stand in it")
    if any(len(row) > len(names) for row in rows):
        raise BadSequence("there are more values than names")
    width = len(names)
    return at, (dict(zip(names, row + [""] * (width - len(row)), strict=True)) for row in rows)
