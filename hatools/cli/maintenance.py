"""``hatools maintenance``: planned work, which availability does not count."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  hatools maintenance start "new kernel on web1"
  hatools maintenance end
"""


@click.command("maintenance", epilog=EPILOG)
@click.argument("what", type=click.Choice(["start", "end"]))
@click.argument("reason", default="")
@click.option("--config", "configuration", default="", metavar="FILE",
              help="Settings of the watch; by default the nearest hatools.toml.")  # fmt: skip
def command(what: str, reason: str, configuration: str) -> int:
    """Note in a watch's history that planned maintenance starts or ends now.

    Outages during it, and the time itself, count in no availability.  Exit
    status 1: it had started already, or had not started.
    """
    import os
    import sqlite3
    import time
    from contextlib import closing

    from hatools.errors import UnreadableInput
    from hatools.plugin import history
    from hatools.reading import settings_file
    from hatools.watch import settings as watch_settings

    settings = watch_settings.load(configuration or settings_file.find("."))
    path = os.path.join(settings.state, history.FILE)
    if not os.path.isfile(path):
        raise UnreadableInput(f"there is no history: {path}", "start one: hatools watch CONFIG")
    now = time.time()
    try:
        with closing(sqlite3.connect(path, timeout=5.0)) as base:
            if what == "start":
                begun = history.plan(base, now, reason)
                click.echo("maintenance starts" if begun else "it had started already")
                return 0 if begun else 1
            since = history.finish(base, now)
    except sqlite3.Error as error:
        raise UnreadableInput(f"{path}: {error}") from None
    click.echo(
        "it had not started" if since is None else f"maintenance ends after {now - since:.0f} s"
    )
    return 1 if since is None else 0
