"""``hatools convert``: say a configuration in another language."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from hatools.errors import BadSetting, UnreadableInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hatools.convert.conversion import Conversion
    from hatools.model import Topology
    from hatools.plugin import Codec, Format, Reading

EPILOG = """\b
Examples:
  hatools convert keepalived.conf --to haproxy
  hatools convert keepalived.conf --to haproxy -o out/
  hatools convert haproxy.cfg --to keepalived --set vip@web=192.0.2.10
  hatools convert - --from haproxy --to keepalived --report json < haproxy.cfg
  hatools convert /etc/sysconfig/network-scripts --from ifcfg --to keyfile -o out/
"""


@click.command("convert", epilog=EPILOG)
@click.argument("source", metavar="SOURCE")
@click.option("--from", "source_format", default="", metavar="FORMAT",
              help="The source's format; otherwise it is recognised.")  # fmt: skip
@click.option("--to", "target_format", required=True, metavar="FORMAT",
              help="The format to write.")  # fmt: skip
@click.option("-o", "--out", default="", metavar="FILE|DIR",
              help="Write the file here; into a directory, its companions too.")  # fmt: skip
@click.option("--report", "report_form", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="How to report what did not carry over.")  # fmt: skip
@click.option("--report-file", default="", metavar="FILE",
              help="Write the report here instead of standard error.")  # fmt: skip
@click.option("--strict", is_flag=True,
              help="Write nothing and leave with 1 when anything is lost.")  # fmt: skip
@click.option("--source-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of the program the source is for.")  # fmt: skip
@click.option("--target-version", multiple=True, metavar="[PROGRAM=]V",
              help="The version of the program to write for.")  # fmt: skip
@click.option("--set", "facts", multiple=True, metavar="KEY=VALUE",
              help="A fact that the source lacks, such as vip@web=192.0.2.10.")  # fmt: skip
@click.option("--include-root", default="", metavar="DIR",
              help="The directory tree that includes may reach.")  # fmt: skip
@click.option("--resolve", is_flag=True, help="Look up servers that are given by name.")
def command(
    source: str,
    source_format: str,
    target_format: str,
    out: str,
    report_form: str,
    report_file: str,
    strict: bool,
    source_version: tuple[str, ...],
    target_version: tuple[str, ...],
    facts: tuple[str, ...],
    include_root: str,
    resolve: bool,
) -> int:
    """Say SOURCE, a file or - for standard input, in another language.

    SOURCE may be a folder where one thing spans files: keyfiles, ifcfg files.
    The converted file goes to standard output, the report of everything that
    did not carry over to standard error.  What belongs elsewhere (the VRRP part
    of a keepalived.conf, the ports of a bond) becomes a companion file, written
    with -o DIR.
    """
    import gc

    gc.disable()  # one run, no cycles worth collecting: a large file reads a third faster
    from hatools.convert.conversion import Request, convert, require_files
    from hatools.plugin.settings import Settings
    from hatools.plugin_host import Host, codec
    from hatools.reading import named
    from hatools.reading.files import opened

    versions = versions_of(source_version), versions_of(target_version)
    settings = Settings(facts)
    host = Host()
    named(target_format, host.formats())
    text, files = opened(source, host.formats(), codec, source_format, "--from", include_root)
    request = Request(
        text,
        target_format,
        source_format,
        *versions,
        settings,
        files,
        _address if resolve else None,
    )
    conversion = convert(request, host.formats(), codec, _differing)
    refused = strict and conversion.losses
    others = getattr(text, "others", ())
    _report(conversion, host.problems, report_form, report_file, others)
    if report_form == "json" and not report_file:
        if not conversion.files:
            return 2  # the report on standard error says why, and stays JSON alone
    else:
        require_files(conversion)
        _tell(conversion, refused, into_directory(out))
    if not refused:
        _deliver(conversion, out, others)
    return int(refused)


def _differing(
    form: Format, codec: Codec, path: str, meant: Topology, reading: Reading
) -> list[str]:
    """Put a broken re-read law in the words of `hatools diff`."""
    from hatools.diff.meant import told

    return told(form, codec, path, meant, reading)


def versions_of(texts: tuple[str, ...]) -> dict[str, str]:
    """Return the versions that ``[PROGRAM=]V`` options name, by program; ``""`` for any."""
    versions = {}
    for text in texts:
        program, _, version = text.rpartition("=")
        if not version or not version[0].isdigit():
            raise BadSetting(f"{text!r} is no version", "write 2.6, or haproxy=2.6")
        versions[program] = version
    return versions


def _report(
    conversion: Conversion, problems: list[str], form: str, path: str, others: Iterable[str]
) -> None:
    """Put the report where it was asked for: a file, never one of *others*, or standard error."""
    from hatools.cli.messages import diagnostics, say
    from hatools.convert import report

    for problem in problems:
        if form == "text" or path:
            say(f"hatools: {problem}", "warning")
    if form == "json":
        import json

        shape = report.as_json(conversion, problems)
        text = json.dumps(shape, ensure_ascii=True, indent=2) + "\n"
        if not path:
            click.echo(text, nl=False, err=True)
    else:
        lines = list(report.lines(conversion))
        text = "".join(f"{line}\n" for _, line in lines)
        documents = conversion.reading.expansion.documents
        sources = {document.source.path: document.source for document in documents}
        diagnostics(conversion.diagnostics, sources, conversion.account.mask)
        if not path:
            for kind, line in lines:
                say(line, kind)
    if path:
        from hatools.convert.files import refuse_sources, write_whole
        from hatools.plugin.contracts import OutFile

        _require_folder(path)
        refuse_sources([path], [*_sources(conversion), *others])
        file = OutFile(os.path.basename(path), text)
        write_whole(os.path.dirname(path), [file], _sources(conversion))


def into_directory(out: str) -> bool:
    """Tell whether ``-o`` names a directory: one that is there, or a name that ends with /."""
    return bool(out) and (out.endswith(os.sep) or os.path.isdir(out))


def _tell(conversion: Conversion, refused: bool, all_files: bool) -> None:
    """Say what is not going to be written, and what would write it."""
    from hatools.cli.messages import say

    if refused:
        say("--strict: not everything carried over, so nothing is written", "error")
    elif not all_files:
        for companion in conversion.files[1:]:
            purpose = f" ({companion.purpose})" if companion.purpose else ""
            say(f"not written: {companion.name}{purpose}; -o DIR writes it, too")


def _sources(conversion: Conversion) -> list[str]:
    """Return the paths of the files whose statements were converted."""
    return [document.source.path for document in conversion.reading.expansion.documents]


def _deliver(conversion: Conversion, out: str, others: Iterable[str]) -> None:
    """Write the files: all into a directory, else the main one alone; never over *others*."""
    from hatools.convert.files import refuse_sources, write_whole

    files = conversion.files
    if not out:
        data = files[0].text.encode("utf-8", "surrogateescape")
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    folder = out
    if not into_directory(out):
        _require_folder(out)
        files = [files[0]._replace(name=os.path.basename(out))]
        folder = os.path.dirname(out)
    read = _sources(conversion)
    refuse_sources([os.path.join(folder, file.name) for file in files], [*read, *others])
    write_whole(folder, files, read, conversion.target.private)


def _require_folder(path: str) -> None:
    """Raise `UnreadableInput` where the directory that *path* is to stand in is not there."""
    parent = os.path.dirname(path) or "."
    if not os.path.isdir(parent):
        raise UnreadableInput(f"{path}: cannot be written: there is no directory {parent}")


def _address(name: str) -> str | None:
    """Return the first address of host *name*, or None; asks the system's resolver."""
    import socket

    try:
        return str(socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        return None
