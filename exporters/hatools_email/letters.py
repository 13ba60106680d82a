"""Writes the mails: plain text and HTML, one thread for each incident."""

from __future__ import annotations

import html
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from hatools_email.incidents import FLAPPING, OPENED, RECOVERED, REMINDER, UPDATED, Letter, Trouble
from hatools_email.meaning import FAILED, NOTE, WELL
from hatools_email.settings import domain

LONGEST = 150  # characters of a subject
HEADS = {
    OPENED: "",
    UPDATED: "update: ",
    REMINDER: "reminder: ",
    RECOVERED: "recovered: ",
}
SIGNS = {FAILED: "DOWN", WELL: "UP", FLAPPING: "FLAPPING", NOTE: "CHANGED"}
COLOURS = {FAILED: "#b00020", WELL: "#1b7f3b", FLAPPING: "#b36b00", NOTE: "#2457a6"}


def message_id(letter: Letter, node: str, number: int = 0) -> str:
    """Return the Message-ID of *letter*, or of letter *number* of its incident."""
    return f"<hatools.{letter.incident}.{number or letter.number}@{domain(node)}>"


def write(letter: Letter, node: str, sender: str, to: tuple[str, ...], now: float) -> bytes:
    """Return *letter* as a mail; *now* is the time on the wall."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=200))
    mail["From"] = formataddr((f"hatools on {_clean(node)}", sender))
    mail["To"] = ", ".join(to)
    mail["Subject"] = _clean(f"[{node}] {HEADS[letter.kind]}{letter.subject}")[:LONGEST]
    mail["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    mail["Message-ID"] = message_id(letter, node)
    if letter.number > 1:
        first, last = message_id(letter, node, 1), message_id(letter, node, letter.number - 1)
        mail["In-Reply-To"] = last
        mail["References"] = first if first == last else f"{first} {last}"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    mail["X-Hatools-Incident"] = letter.incident
    mail["X-Hatools-Letter"] = letter.kind
    rows = [_row(key, trouble) for key, trouble in letter.lines]
    more = sum(letter.tally.values()) - len(rows)
    foot = f"and {more} more\n" if more else ""
    began = f"Incident on {_clean(node)} since {_moment(letter.began)}."
    lines = "".join(f"{sign:8}  {key} {text}  ({when})\n" for sign, _, key, text, when in rows)
    mail.set_content(f"{_summary(letter)}\n\n{lines}{foot}\n{began}\n", cte="quoted-printable")
    table = "".join(
        f'<tr><td style="color:{colour};font-weight:bold;padding-right:1em">{sign}</td>'
        f"<td>{html.escape(key)} {html.escape(text)}</td>"
        f'<td style="color:#666;padding-left:1em">{html.escape(when)}</td></tr>\n'
        for sign, colour, key, text, when in rows
    )
    mail.add_alternative(
        f"<html><body><p>{html.escape(_summary(letter))}</p>\n<table>\n{table}</table>\n"
        f"<p>{html.escape(foot)}{html.escape(began)}</p></body></html>\n",
        subtype="html",
        cte="quoted-printable",
    )
    return mail.as_bytes()


def _summary(letter: Letter) -> str:
    """Return the first sentence, which a telephone shows."""
    parts = [
        f"{letter.tally[state]} {word}"
        for state, word in ((FAILED, "down"), (FLAPPING, "flapping"), (NOTE, "changed"),
                            (WELL, "working again"))
        if letter.tally.get(state)
    ]  # fmt: skip
    still = "still " if letter.kind == REMINDER else ""
    return still + ", ".join(parts) + "."


def _row(key: str, trouble: Trouble) -> tuple[str, str, str, str, str]:
    state = trouble.said
    when = _moment(trouble.time)
    if state == WELL and trouble.failed_at < trouble.time:
        when += f", after {_span(trouble.time - trouble.failed_at)}"
    return SIGNS[state], COLOURS[state], _clean(key), _clean(trouble.text), when


def _clean(text: str) -> str:
    """Return *text* without anything that would end a header or a line."""
    whole = text.encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else " " for sign in whole)


def _moment(moment: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(moment))


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.1f} s"
