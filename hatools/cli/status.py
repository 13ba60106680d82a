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


@click.command("status", epilog=EPILOG)
@click.option("--from", "source", default="127.0.0.1:9651", show_default=True,
              metavar="ADDRESS:PORT", help="Which watch is asked.")  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on, and show changes as they come; Ctrl-C ends.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(source: str, follow: bool, output: str) -> int:
    """Show what a hatools watch knows of servers, virtual routers, bonds."""
    from hatools.errors import UnreadableInput
    from hatools.watch.settings import endpoint

    address = endpoint("--from", source)
    if follow:
        return _follow(address, source, output)
    try:
        status = _ask(address)
    except OSError as error:
        raise UnreadableInput(
            f"no watch answers at {source}: {error}", "start one: hatools watch CONFIG"
        ) from None
    if output == "json":
        click.echo(json.dumps(status))
    else:
        from hatools.cli.standings import lines

        for line in lines(status, _width()):
            click.echo(line)
    return 0


def _follow(address: tuple[str, int], source: str, output: str) -> int:
    """Show what changes until Ctrl-C: on a terminal in place, else a line for each change."""
    import signal
    import sys

    from hatools.cli.screen import Screen
    from hatools.cli.standings import changes, lines

    screen = Screen() if output == "text" and sys.stdout.isatty() else None
    before: dict[str, Any] | None = None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the terminal is given back, too
    try:
        while True:
            try:
                status = _ask(address)
            except OSError as error:
                status = {"gone": str(error)}
            if screen is not None:
                columns, rows = screen.size()
                if "gone" in status:
                    told = [f"no watch answers at {source}; waiting for one"]
                else:
                    told = lines(status, columns, rows - 1)
                screen.show(told)
            elif output == "json":
                click.echo(json.dumps(status))
            else:
                for line in changes(before, status, source):
                    click.echo(line)
            before = status
            time.sleep(PAUSE)
    except KeyboardInterrupt:
        return 0
    finally:
        if screen is not None:
            screen.close()


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
    if not isinstance(found, dict) or not isinstance(found.get("objects"), list):
        raise OSError("it is no watch")
    return found


def _width() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns
