"""What commands say on standard error: faults, and diagnostics with their source line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import click

from hatools.errors import HatoolsError
from hatools.text import Diagnostic, Severity, Source

COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
    "dropped": "red",
    "approximated": "yellow",
    "moved": "cyan",
    "assumed": "magenta",
    "added": "green",
    "removed": "red",
    "changed": "yellow",
}
LONGEST = 1000  # characters of one line
LONGEST_LINE = 20_000  # characters of a source line that is looked at as a whole
WIDEST = 160  # a source line longer than this is shown around the place


def say(text: str, kind: str = "", err: bool = True) -> None:
    """Print *text*, on standard error unless *err* is false; coloured by *kind* on a terminal."""
    click.echo(_styled(text, kind), err=err)


def _styled(text: str, kind: str) -> str:
    """Return *text* as it is printed: nothing endless, nothing invisible, coloured by *kind*."""
    bold = kind in ("title", "error")
    return click.style(_short(printable(text)), fg=COLOURS.get(kind), bold=bold)


def fault(error: HatoolsError) -> None:
    """Say why it cannot be done, and what to do."""
    say(f"hatools: {error.message}", "error")
    if error.advice:
        say(f"  {error.advice}")


def diagnostics(
    remarks: Iterable[Diagnostic],
    sources: Mapping[str, Source],
    mask: Callable[[str], str],
    most: int = 50,
    err: bool = True,
) -> None:
    """Print *remarks*, each with its source line and a caret; secrets masked.

    They go to standard error, or (*err* is false) to standard output, as an answer.
    """
    remarks = list(remarks)
    lines = []  # printed at once: a thousand small writes take long
    for remark in remarks[:most]:
        kind = remark.severity.value
        # A message quotes no secret; a source line may.
        lines.append(_styled(str(remark), kind))
        span = remark.span
        if span and span.path in sources:
            quoted = _quoted(sources[span.path].line(span.line), span, mask)
            lines += [_short(printable(line)) for line in quoted]
    if lines:
        click.echo("\n".join(lines), err=err)
    if len(remarks) > most:
        worst = sum(remark.severity is Severity.ERROR for remark in remarks[most:])
        say(f"… and {len(remarks) - most} more, {worst} of them errors; --report json has all")


def _short(text: str) -> str:
    """Return *text*, its middle left out where it quotes something endless."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


def _quoted(text: str, span: object, mask: Callable[[str], str]) -> list[str]:
    """Return the source line and a line with a caret under the place."""
    column = getattr(span, "column", 1)
    if len(text) > LONGEST_LINE:  # to mask it all would take long, and only a part is shown
        start = max(0, column - 1 - WIDEST)
        return [f"    {mask(text[start : start + 2 * WIDEST])[:WIDEST]}"]
    masked = mask(text)
    if masked != text:
        return [f"    {masked.strip()[:WIDEST]}"]
    indent = len(text) - len(text.lstrip())
    start = max(indent, column - 1 - WIDEST // 2) if len(text) > WIDEST else indent
    piece = text[start : start + WIDEST].replace("\t", " ")
    caret = min(max(column - 1 - start, 0), len(piece))
    return [f"    {piece}", f"    {' ' * caret}^"]


def printable(text: str) -> str:
    """Return *text* with undecodable bytes as ``\\xNN`` and control characters made visible."""
    if text.isprintable():
        return text
    shown = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else f"\\x{ord(sign):02x}" for sign in shown
    )
