"""``hatools status``: what a running watch knows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hatools.cli.asking import Watch

EPILOG = """\b
Examples:
  hatools status
  hatools status 192.0.2.3:9651 --token-file token --output json
  hatools status --follow
"""
LIVE = 1.0  # seconds after which the table is drawn anew, so that its times go on
LONG = 20.0  # seconds that one waits for an event where nothing has to be drawn
AGAIN = 0.5  # seconds after which a watch that did not answer is asked again
LEAST = 0.2  # seconds between two tables, however much happens


@click.command("status", epilog=EPILOG)
@click.argument("url", default="", metavar="[URL]")
@click.option("--token-file", default="", metavar="FILE",
              help="The file with the token that the watch wants to be shown.")  # fmt: skip
@click.option("--ca-file", default="", metavar="FILE",
              help="Who vouches for its certificate (https); by default the system's.")  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on, and show changes as they come; Ctrl-C ends.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(url: str, token_file: str, ca_file: str, follow: bool, output: str) -> int:
    """Show what a hatools watch knows of servers, virtual routers, bonds.

    URL is where it is asked, also written ADDRESS:PORT; by default the watch of
    this host is, as the nearest hatools.toml has it, with its token.
    """
    from hatools.errors import UnreadableInput

    watch = _watch(url, token_file, ca_file)
    if follow:
        return _follow(watch, output)
    try:
        status = watch.status()
    except OSError as error:
        raise UnreadableInput(
            f"no watch answers at {watch.url}: {error.strerror or error}",
            "start one: hatools watch CONFIG",
        ) from None
    if output == "json":
        _print_json(status)
    else:
        from hatools.cli.standings import lines

        for line in lines(status, _width()):
            click.echo(line)
    return 0


def _watch(url: str, token_file: str, ca_file: str) -> Watch:
    """Return the watch that is asked: that at *url*, else this host's."""
    from contextlib import suppress

    from hatools.cli.asking import Watch
    from hatools.errors import BadSetting
    from hatools.plugin.pages import is_loopback
    from hatools.reading import settings_file
    from hatools.watch import settings as watch_settings
    from hatools.watch.access import read_token

    token = read_token(token_file) if token_file else ""
    if url:
        return Watch(url, token, ca_file)
    settings = watch_settings.load(settings_file.find("."))
    if not token:
        token = settings.token
        if settings.token_file:
            with suppress(BadSetting):  # then the watch says that it wants one
                token = read_token(settings.token_file)
    places = sorted(settings.listen, key=lambda place: not is_loopback(place[0]))
    host, port = places[0]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    scheme = "https" if settings.certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    return Watch(f"{scheme}://{shown}:{port}", token, ca_file)


def _follow(watch: Watch, output: str) -> int:
    """Show what changes until Ctrl-C: on a terminal in place, else a line for each change."""
    import signal
    import sys

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the terminal is given back, too
    try:
        if output == "text" and sys.stdout.isatty():
            _redraw(watch)
        else:
            _recount(watch, output)
    except KeyboardInterrupt:
        return 0
    return 0


def _redraw(watch: Watch) -> None:
    """Keep the table on the screen as the watch has it."""
    from hatools.cli.screen import Screen
    from hatools.cli.standings import lines

    screen = Screen()
    try:
        while True:
            columns, rows = screen.size()
            try:
                status = watch.status()
            except OSError as error:
                why = error.strerror or error
                line = f"no watch answers at {watch.url}; waiting for one ({why})"
                screen.show([line[:columns]])
                time.sleep(AGAIN)
                continue
            asked, told = time.monotonic(), status.get("now")
            moved = False
            while not moved:
                if isinstance(told, int | float):
                    status["now"] = told + time.monotonic() - asked
                columns, rows = screen.size()
                screen.show(lines(status, columns, rows - 1))
                try:
                    news = watch.events(status.get("run"), status.get("last"), LIVE)
                except OSError:
                    break
                moved = bool(news["events"]) or news.get("run") != status.get("run")
            time.sleep(max(asked + LEAST - time.monotonic(), 0.0))
    finally:
        screen.close()


def _recount(watch: Watch, output: str) -> None:
    """Print a line for every change: none is left out while the watch runs."""
    from hatools.cli.standings import Changes

    changes = Changes(watch.url)
    while True:
        try:
            status = watch.status()
            if output == "json":
                _print_json(status)
            else:
                _print(changes.status(status))
            run, since = status.get("run"), status.get("last")
            while True:
                news = watch.events(run, since, LONG)
                if news.get("run") != run or news.get("missed"):
                    break  # it was started anew, or told more than it could keep
                since = news.get("next")
                if output == "json":
                    for event in news["events"]:
                        _print_json(event)
                else:
                    _print(changes.events(news["events"]))
        except OSError as error:
            if output != "json":
                _print(changes.gone(error.strerror or str(error)))
            time.sleep(AGAIN)


def _print(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _print_json(shape: object) -> None:
    import json

    click.echo(json.dumps(shape))


def _width() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((100, 24)).columns
