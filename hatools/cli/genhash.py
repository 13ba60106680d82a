"""``hatools genhash``: the digest of a page, for a check that expects it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from hatools.plugin.behaviour import Asked, Probe, Verdict

EPILOG = """\b
Examples:
  hatools genhash http://192.0.2.11/health
  hatools genhash https://192.0.2.11:8443/ --virtual-host www.example.com
"""
PORTS = {"http": 80, "https": 443}


@click.command("genhash", epilog=EPILOG)
@click.argument("url")
@click.option("--virtual-host", default="", metavar="NAME",
              help="Whom to ask for, also in the TLS handshake.")  # fmt: skip
@click.option("--timeout", default=5.0, show_default=True, metavar="SECONDS",
              type=click.FloatRange(min=0, min_open=True, max=3600))  # fmt: skip
def command(url: str, virtual_host: str, timeout: float) -> int:
    """Print the MD5 digest of what URL answers, as keepalived's genhash does.

    It is what ``digest`` in an HTTP_GET or SSL_GET of keepalived.conf wants.
    """
    import asyncio

    from hatools.cli.messages import say
    from hatools.errors import UnreadableInput
    from hatools.model import Check, Expect, HttpRequest
    from hatools.plugin.behaviour import Asked
    from hatools.plugin_host import Host

    scheme, host, port, path = taken_apart(url)
    wanted = (Expect("status", "100-599"), Expect("string", ""))  # any answer, and its body
    request = HttpRequest(path=path, host=virtual_host, expects=wanted)
    check = Check("http", tls=scheme == "https", sni=virtual_host, detail=(request,))
    found = Host().named("hatools_probes").get(scheme)
    if found is None:
        raise UnreadableInput(f"no probe for {scheme} is loaded")
    verdict = asyncio.run(_ask(Asked(check, host, port), found[1], timeout))
    if isinstance(verdict, str) or not verdict.passed:
        raise UnreadableInput(f"{url}: {verdict if isinstance(verdict, str) else verdict.reason}")
    if verdict.code is not None and not 200 <= verdict.code < 300:
        say(f"hatools: {url} answers with status {verdict.code}", "warning")
    click.echo(verdict.digest)
    return 0


def taken_apart(url: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port, path of *url*; raises `BadSetting`."""
    from hatools.errors import BadSetting

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadSetting(f"{url} is no URL", "write http://ADDRESS[:PORT]/PATH, or https://…")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme], path


async def _ask(asked: Asked, probe: Probe, timeout: float) -> Verdict | str:
    import asyncio

    from hatools.watch.attempt import Answer
    from hatools.watch.prober import Prober

    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answer] = loop.create_future()
    prober = Prober(loop)
    try:
        prober.ask(asked, probe, timeout, timeout, answered.set_result)
        return await answered
    finally:
        prober.close()
