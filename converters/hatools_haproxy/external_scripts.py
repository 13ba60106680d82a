"""Makes the script that stands between haproxy's external check and the source's commands."""

from __future__ import annotations

from collections.abc import Sequence

from hatools.model import Check, Fate, ScriptRun
from hatools.plugin import OutFile
from hatools_haproxy.drafting import kept, nearly
from hatools_haproxy.quoting import duration, seconds

DIRECTORY = "/etc/haproxy/"
GRACE = 1.0  # seconds: haproxy counts from before it starts the script
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+"
)  # fmt: skip


def split_command(command: str) -> list[str]:
    """Return the words of a command line; quotes and backslashes protect, nothing is expanded."""
    words: list[str] = []
    word, started, quote, escaped = "", False, "", False
    for character in command:
        if escaped:
            word, escaped, started = word + character, False, True
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in "'\"":
            quote, started = character, True
        elif character.isspace():
            if started:
                words.append(word)
            word, started = "", False
        else:
            word, started = word + character, True
    if started:
        words.append(word)
    return words


def is_bare(run: ScriptRun, limit: float | None) -> bool:
    """Tell whether haproxy can run the command itself: one absolute path and nothing else."""
    words = split_command(run.command)
    return (
        len(words) == 1
        and words[0].startswith("/")
        and words[0] == run.command.strip()
        and not run.dynamic
        and limit is None
    )


def limit(check: Check) -> float | None:
    """Return after how many seconds the wrapper must end the script of *check*.

    None where haproxy does, which ends every check after its interval.
    """
    timeout = check.timeout
    return timeout if timeout is not None and 0 < timeout < check.interval else None


def patience(check: Check) -> float:
    """Return the least interval that lets the script of *check* run for its timeout."""
    timeout = check.timeout or 0.0
    return seconds(timeout + GRACE if timeout > check.interval else check.interval)


def limit_fate(check: Check) -> Fate:
    """Return what becomes of the timeout of a script."""
    if limit(check) is not None:
        return kept("the wrapper ends the script")
    after = duration(patience(check))
    if check.timeout == check.interval:
        return kept(f"haproxy ends the script after inter ({after}), which is as long")
    return nearly(f"haproxy ends the script after inter ({after})")


def wrapper(name: str, runs: Sequence[tuple[str, ScriptRun, float | None]]) -> OutFile:
    """Return a script that runs, for each server by name, its command; seconds limit it.

    haproxy ends it by a signal to its process alone: the shell gives way to the
    command, or passes the signal on.
    """
    service = name.removesuffix("_check")
    lines = [
        "#!/bin/sh",
        f"# The checks of {service}: haproxy gives external checks no arguments of one's own.",
        f"# Install as {DIRECTORY}{name}.sh, executable by the user that haproxy runs as.",
        "",
        'case "$HAPROXY_SERVER_NAME" in',
    ]
    by_command: dict[tuple[ScriptRun, float | None], list[str]] = {}
    for server, run, limit in runs:
        by_command.setdefault((run, limit), []).append(server)
    for (run, limit), servers in by_command.items():
        lines.append("|".join(servers) + ")")
        words = ["timeout", f"{limit:g}"] if limit is not None else []
        command = " ".join(_shell(word) for word in [*words, *split_command(run.command)])
        if run.dynamic:
            failed = "1|124|126|127" if limit is not None else "1|126|127"
            lines += [
                f"    {command} &",
                '    trap "kill $!; exit 1" TERM',
                "    wait $!",
                f"    case $? in {failed}) exit 1 ;; esac  # else a weight: it is well",
                "    exit 0",
                "    ;;",
            ]
        else:
            lines += [f"    exec {command}", "    ;;"]
    lines += [
        "*)",
        '    echo "no check for $HAPROXY_SERVER_NAME" >&2',
        "    exit 1",
        "    ;;",
        "esac",
    ]
    return OutFile(
        f"{name}.sh",
        "\n".join(lines) + "\n",
        f"runs the check scripts of {service}",
        executable=True,
    )


def _shell(word: str) -> str:
    if word and _PLAIN.issuperset(word):
        return word
    return "'" + word.replace("'", "'\\''") + "'"
