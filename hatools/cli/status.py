"""``hatools status``: what a running watch knows."""

from __future__ import annotations

import json
import time
from typing import Any

import click

EPILOG = """\b
Examples:
  hatools status
  hatools status --from 192.0.2.3:9651 --output json
  hatools status --follow
"""
PAUSE = 1.0
TRUTHS = {
    "up": ("up", "down"),
    "held": ("held", "-"),
    "reached": ("reached", "lost"),
    "reachable": ("up", "down"),
}
COLOURS = {"up": "green", "MASTER": "green", "down": "red", "FAULT": "red", "confirmed": "red"}


@click.command("status", epilog=EPILOG)
@click.option("--from", "source", default="127.0.0.1:9651", show_default=True,
              metavar="ADDRESS:PORT", help="Which watch is asked.")  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on, and show changes as they come.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(source: str, follow: bool, output: str) -> int:
    """Show what a hatools watch knows of servers, virtual routers, bonds."""
    from hatools.errors import UnreadableInput
    from hatools.watch.settings import endpoint

    address = endpoint("--from", source)
    while True:
        try:
            status = _ask(address)
        except OSError as error:
            if not follow:
                raise UnreadableInput(
                    f"no watch answers at {source}: {error}", "start one: hatools watch CONFIG"
                ) from None
            status = {}
        if follow and output == "text":
            click.clear()
        if output == "json":
            click.echo(json.dumps(status))
        elif status:
            _show(status)
        else:
            click.echo(f"no watch answers at {source}; waiting for one")
        if not follow:
            return 0
        time.sleep(PAUSE)


def _ask(address: tuple[str, int]) -> dict[str, Any]:
    """Return the status of the watch at *address*; raises `OSError`."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(*address, timeout=5)
    try:
        connection.request("GET", "/status")
        found = json.loads(connection.getresponse().read())
    except (HTTPException, ValueError) as error:
        raise OSError(f"no watch: {error}") from None
    finally:
        connection.close()
    if not isinstance(found, dict):
        raise OSError("it is no watch")
    return found


def _show(status: dict[str, Any]) -> None:
    """Print the objects, one line each, within the terminal's width."""
    width = max(_width(), 40)
    head = f"{status['node']}: watching since {_ago(status['now'] - status['started'])}"
    click.secho(head[:width], bold=True)
    if status.get("problem"):
        click.secho(f"problem: {status['problem']}"[:width], fg="red")
    for one in sorted(status["objects"], key=lambda one: (one["kind"], one["subject"])):
        state = _state(one)
        since = _ago(status["now"] - one["since"])
        reason = one.get("reason") or one.get("cause") or ""
        name = f"{one['kind']} {one['subject']}"
        room = max(width - 24, 16)
        line = f"{name[:room]:{min(room, 48)}} "
        click.echo(line, nl=False)
        click.secho(f"{state:9}", fg=COLOURS.get(state), nl=False)
        rest = f" {since:>6}  {reason}"
        click.echo(rest[: max(width - len(line) - 9, 0)])


def _width() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns


def _state(one: dict[str, Any]) -> str:
    for key in ("role", "verdict", "active", "state"):
        if one.get(key):
            return str(one[key])
    for key, words in TRUTHS.items():
        if key in one:
            return words[0] if one[key] else words[1]
    return ""


def _ago(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{int(seconds / size)}{unit}"
    return f"{max(int(seconds), 0)}s"
