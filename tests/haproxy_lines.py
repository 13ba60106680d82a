"""Asks haproxy 2.6 and hatools about single lines, each in a section of a minimal configuration."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from lab import AT_ONCE, IMPATIENT, haproxy

from hatools.plugin import Place, Settings
from hatools.text import Severity, Source
from hatools_haproxy.expand import expand
from hatools_haproxy.reader import read
from hatools_haproxy.syntax import parse

VERSION = "2.6"
_TIMES = " timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
_DEFAULTS = f"defaults\n mode http\n{_TIMES}"
# By section: what stands before the line, and after it; @ is a number of its own.
SURROUNDINGS = {
    "global": ("global\n", f"{_DEFAULTS}listen l@\n bind 127.0.0.1:81\n"),
    "defaults": ("defaults\n mode http\n", f"{_TIMES}frontend f@\n bind 127.0.0.1:81\n"),
    "named defaults": (
        "defaults d@\n mode http\n",
        f"{_TIMES}frontend f@ from d@\n bind 127.0.0.1:81\n{_DEFAULTS}",
    ),
    "frontend": ("frontend f@\n mode http\n bind 127.0.0.1:81\n timeout client 1s\n", ""),
    "backend": ("backend b@\n mode http\n timeout connect 1s\n timeout server 1s\n", ""),
    "listen": (f"listen l@\n mode http\n bind 127.0.0.1:81\n{_TIMES}", ""),
    "healthcheck": ("healthcheck h@\n", ""),
    "userlist": ("userlist u@\n", ""),
    "resolvers": ("resolvers r@\n", ""),
    "peers": ("peers p@\n", ""),
    "cache": ("cache c@\n total-max-size 4\n", ""),
    "mailers": ("mailers m@\n", ""),
    "ring": ("ring i@\n size 20000\n", ""),
    "http-errors": ("http-errors e@\n", ""),
    "program": ("program p@\n command true\n", ""),
    "log-forward": ("log-forward g@\n", ""),
    "fcgi-app": ("fcgi-app a@\n docroot /tmp\n", ""),
    "crt-store": ("crt-store s@\n", ""),
    "traces": ("traces\n", ""),
}
_ALONE = frozenset(("crt-store", "traces", "program"))
_AROUND = f"{_DEFAULTS}frontend own\n bind 127.0.0.1:80\n"
_SECONDS = 60.0

# What haproxy says of files, hosts and builds is no verdict on the line.
ELSEWHERE = re.compile(
    r"No such file|unable to (?:stat|open|load)|could not resolve|cannot open"
    r"|error opening file|failed to open|not compiled|[Bb]uilt without|not (?:available|enabled)"
    r"|does not support|not supported (?:by|on|with)|[Cc]annot find (?:user|group)"
    r"|please check if|Permission denied|unable to read|no such (?:user|group)"
    r"|can't open|USE_\w+|Lua function|not built|Cannot open namespace|unknown (?:user|group)"
    r"|is correct address|log : invalid address|Failed to initialize server"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One *line* in one *section* (a key of `SURROUNDINGS`)."""

    section: str
    line: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a program said of a line: whether it takes it, and its words."""

    accepted: bool
    words: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether it was refused for what lies outside the line: files, hosts, the build."""
        alerts = [row for row in self.words.splitlines() if row.strip()]
        real = [row for row in alerts if not _ECHO.search(row)]
        return not self.accepted and bool(real) and all(ELSEWHERE.search(row) for row in real)


_ECHO = re.compile(r"Error\(s\) found in configuration|Fatal errors found")


def config(asked: Sequence[Asked]) -> tuple[str, dict[int, int]]:
    """Return a configuration of all lines of *asked*, and which of them is on each 1-based row."""
    alone = len(asked) == 1 and asked[0].section in (*_ALONE, "global", "defaults")
    text, rows = "" if alone else _AROUND, {}
    for number, each in enumerate(asked):
        before, after = SURROUNDINGS[each.section]
        text += before.replace("@", str(number))
        first = text.count("\n") + 1
        rows.update(dict.fromkeys(range(first, first + 1 + each.line.count("\n")), number))
        text += f" {each.line}\n" + after.replace("@", str(number))
    if alone and asked[0].section not in ("global", "defaults"):
        text += _AROUND
    return text, rows


def real(asked: Iterable[Asked], folder: Path) -> dict[Asked, Said]:
    """Return haproxy's verdict on each of *asked*; many lines share a run where they can."""
    verdicts: dict[Asked, Said] = {}
    together: dict[str, list[Asked]] = {}
    for each in dict.fromkeys(asked):
        together.setdefault(each.section, []).append(each)
    runs = []
    for section, lines in together.items():
        step = 1 if section in _ALONE else 400
        runs += [lines[at : at + step] for at in range(0, len(lines), step)]
    numbers = count()
    command = haproxy()

    def judge(lines: list[Asked]) -> None:
        _judge(command, lines, folder / f"haproxy-{next(numbers)}.cfg", verdicts)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(judge, runs))
        again = [[each] for each, said in verdicts.items() if "already" in said.words]
        list(pool.map(judge, again))  # another line of its run was in its way
    return verdicts


def _judge(
    command: Sequence[str], asked: list[Asked], path: Path, verdicts: dict[Asked, Said]
) -> None:
    """Judge *asked* together, as file *path*; what cannot be told apart is judged by halves."""
    if not asked:
        return
    text, rows = config(asked)
    path.write_text(text, "utf-8", "surrogateescape")
    done = subprocess.run(
        [*command, "-c", "-f", str(path)],
        capture_output=True, cwd=path.parent, env=IMPATIENT, timeout=_SECONDS, check=False,
    )  # fmt: skip
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode == 0:
        verdicts.update((each, Said(True)) for each in asked)
        return
    alerts = [row for row in said.splitlines() if "[ALERT]" in row]
    if len(asked) == 1:
        verdicts[asked[0]] = Said(False, "\n".join(alerts) or said)
        return
    blamed: dict[int, list[str]] = {}
    for row in alerts:
        number = _blamed(row, rows, asked[0].section)
        if number is not None:
            blamed.setdefault(number, []).append(row)
    for number, words in blamed.items():
        verdicts[asked[number]] = Said(False, "\n".join(words))
    rest = [each for number, each in enumerate(asked) if number not in blamed]
    if blamed:
        _judge(command, rest, path, verdicts)
    else:
        middle = len(rest) // 2
        _judge(command, rest[:middle], path, verdicts)
        _judge(command, rest[middle:], path, verdicts)


def _blamed(alert: str, rows: dict[int, int], section: str) -> int | None:
    """Return which line an alert speaks of, by its row or by the name of its section.

    A version that does not know the *section* at all complains of its head.
    """
    found = re.search(r"\[[^\]\s]*:(\d+)\]", alert)
    row = int(found[1]) if found else 0
    if f"unknown keyword '{section}'" in alert:
        row += SURROUNDINGS[section][0].count("\n")
    if row in rows:
        return rows[row]
    named = {int(number) for number in re.findall(r"'(?:server )?[a-z](\d+)(?:/[^']*)?'", alert)}
    return named.pop() if len(named) == 1 and named <= {*rows.values()} else None


@cache
def ours(asked: Asked, version: str = VERSION) -> Said:
    """Return hatools' verdict: refused where any diagnostic is an error."""
    text, _ = config([asked])
    document = parse(Source("haproxy.cfg", text))
    expansion = expand(document, Place(version, Settings()))
    found = [*document.diagnostics, *expansion.diagnostics, *read(expansion).diagnostics]
    errors = [str(each) for each in dict.fromkeys(found) if each.severity is Severity.ERROR]
    return Said(not errors, "\n".join(errors))
