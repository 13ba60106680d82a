"""``hatools rules``: the kinds of findings, or all about one of them."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  hatools rules
  hatools rules KA305
  hatools rules --output json
"""


@click.command("rules", epilog=EPILOG)
@click.argument("code", default="", metavar="[CODE]")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(code: str, output: str) -> int:
    """List what lint may find, or explain CODE."""
    from hatools.cli.table import print_table
    from hatools.errors import BadSetting
    from hatools.lint.pages import pages
    from hatools.plugin_host import Host
    from hatools.text import near

    host = Host()
    known = pages(host.named("hatools_rules"))
    if not code:
        rows = [
            {"code": one.code, "severity": one.severity, "what": one.title, "from": one.source}
            for one in known.values()
        ]
        print_table("rules", rows, output, host.problems)
        return 0
    found = known.get(code.upper())
    if found is None:
        meant = near(code.upper(), known)
        raise BadSetting(
            f"no rule is called {code}", f"did you mean {meant}?" if meant else "see: hatools rules"
        )
    if output == "json":
        import json

        click.echo(json.dumps({"format_version": 1, "rule": found._asdict()}, indent=2))
        return 0
    click.secho(f"{found.code}: {found.title}", bold=True)
    click.echo(f"severity {found.severity}; looks at {found.looks_at}; from {found.source}\n")
    click.echo(found.text)
    return 0
