"""The command ``hatools``: one file per command, loaded when it is called."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from hatools import __version__

COMMANDS = {
    "convert": "Say a configuration in another language, and report what did not carry over.",
    "diff": "Tell what differs in meaning between two configurations, of one language or two.",
    "lint": "Tell what is wrong in configurations, and between those of a cluster's nodes.",
    "rules": "List the kinds of findings, or explain one.",
    "simulate": "Run a cluster in virtual time: what fails, who takes over, who gets connections.",
    "schedule": "Print which servers connections are given to.",
    "schedulers": "List the balancing algorithms that are loaded.",
    "watch": "Run the checks of configurations, live: metrics, mail, split brain.",
    "status": "Show what a running watch knows.",
    "genhash": "Print the digest of a page, as keepalived's genhash does.",
    "maintenance": "Note that planned maintenance starts or ends.",
    "formats": "List the configuration languages that are loaded.",
    "plugins": "List the plugins that were found, and what is wrong with any.",
    "completion": "Print the shell code that completes hatools commands.",
}


class Commands(click.Group):
    """The bundled commands by name, then those of plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return [*COMMANDS, *sorted(self._plugged())]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return command *name*, importing only its own file."""
        if name in COMMANDS:
            from importlib import import_module

            command: click.Command = import_module(f"hatools.cli.{name}").command
            return command
        return self._plugged(ctx).get(name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing the bundled ones."""
        rows = list(COMMANDS.items())
        rows += [(n, c.get_short_help_str(60)) for n, c in sorted(self._plugged().items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was perhaps meant."""
        from hatools.text import near

        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            meant = near(name, self.list_commands(ctx))
            ctx.fail(f"no such command: {name!r}" + (f"; did you mean {meant}?" if meant else ""))
        return super().resolve_command(ctx, args)

    def _plugged(self, ctx: click.Context | None = None) -> dict[str, click.Command]:
        """Return the commands of plugins; *ctx* gets the workspace that they may ask for."""
        from hatools.plugin_host import Host

        host = Host()
        if ctx is not None:
            from hatools.cli.workspace import PluginWorkspace

            ctx.obj = PluginWorkspace(host)
        return {
            name: command
            for name, (_, command) in host.named("hatools_commands").items()
            if isinstance(command, click.Command) and name not in COMMANDS
        }


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: hatools convert keepalived.conf --to haproxy",
)
@click.version_option(__version__, "-V", "--version", message="hatools %(version)s")
def group() -> None:
    """Convert, compare, lint, simulate and watch Linux high availability.

    It reads keepalived.conf, haproxy.cfg, ipvsadm's rules and scripts, bonded
    links (nmcli, keyfiles, ifcfg), and whatever plugins add.
    """


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done; 1: the answer is no; 2: it could not be done.  `NO_COLOR`, or a terminal
    that is called dumb, leaves the colours out (https://no-color.org).
    """
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    colour = False if plain else None
    with click.Context(group, color=colour):  # for what is said when the command is over
        return _run(arguments, colour)


def _run(arguments: list[str] | None, colour: bool | None) -> int:
    from hatools.errors import BrokenLaw, HatoolsError

    try:
        status: Any = group.main(
            args=arguments, prog_name="hatools", standalone_mode=False, color=colour
        )
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.ClickException as error:
        error.show()
        status = 2
    except click.Abort:
        status = 2
    except HatoolsError as error:
        from hatools.cli.messages import fault

        if os.environ.get("HATOOLS_DEBUG"):
            raise
        fault(error)
        status = 1 if isinstance(error, BrokenLaw) else 2
    return status if isinstance(status, int) else 0


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    _open_closed_streams()
    try:
        status = run()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader of our output has gone
        status = 0
    except OSError as error:
        if error.filename is not None:
            raise
        status = _unwritable(error)
    os._exit(status)  # all is written: taking a large model apart piece by piece only costs time


def _open_closed_streams() -> None:
    """Give a process that was started without a standard stream (``>&-``) an empty one.

    In this order each takes the lowest free descriptor, its own: no other file gets it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _unwritable(error: OSError) -> int:
    """Say that our output cannot be written, as on a full disk; return the exit status."""
    import contextlib

    with contextlib.suppress(OSError):  # standard error may be what is full
        sys.stderr.write(f"hatools: the output cannot be written: {error.strerror or error}\n")
        sys.stderr.flush()
    return 2
