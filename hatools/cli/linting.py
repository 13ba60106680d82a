"""One run of ``hatools lint``: reads, finds, mends, prints."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial

import click

from hatools.cli.convert import versions_of
from hatools.cli.messages import diagnostics, say
from hatools.errors import BadSetting
from hatools.lint import configuration as settings_file
from hatools.lint.run import Findings, lint
from hatools.lint.selection import Selection
from hatools.plugin.settings import Settings
from hatools.plugin_host import Host, codec
from hatools.reading.grouping import NodeMeaning, NodeText, group, meanings, told_nodes
from hatools.text import Diagnostic, Severity, Source


class Run:
    """What was asked for and what was found."""

    def __init__(
        self,
        paths: tuple[str, ...],
        told: tuple[str, ...],
        peers: tuple[str, ...],
        select: str,
        ignore: str,
        source_version: tuple[str, ...],
        facts: tuple[str, ...],
        configuration: str,
    ) -> None:
        self.host = Host()
        self.paths = paths
        own = _folder(paths[0])
        found = configuration or settings_file.find(own)
        self.settings = settings_file.load(found) if found else settings_file.Configuration()
        given = self.settings.selection
        self.selection = Selection(
            _codes(select) or given.select,
            (*given.ignore, *_codes(ignore)),
            given.severities,
            given.paths,
        )
        self.versions = {**self.settings.versions, **versions_of(source_version)}
        self.facts = Settings(facts)
        self.nodes: list[NodeText] = group(paths, self.host.formats(), codec, told_nodes(told))
        self.clusters = _clusters(peers)
        self.rules = [
            record
            for _, (_, record) in sorted(self.host.named("hatools_rules").items())
            if hasattr(record, "check")
        ]
        self.meant: list[NodeMeaning] = []
        self.found = self.look({})
        self.before: Mapping[str, Source] = self.found.sources
        self.mended: Mapping[str, Source] = {}
        self.fixed = 0
        self.old = 0

    def look(self, overlay: Mapping[str, Source]) -> Findings:
        """Return what is found, with some texts other than on disk."""
        self.meant = meanings(self.nodes, codec, self.facts, self.versions, overlay)
        named = self.host.named("hatools_schedulers")
        schedulers = {name: record for name, (_, record) in named.items()}
        return lint(self.meant, self.rules, self.selection, schedulers, self.clusters)

    # Baseline -----------------------------------------------------------------------------------

    def use_baseline(self, path: str, write: bool) -> None:
        """Leave old findings out, or write today's down."""
        path = path or self.settings.baseline
        if not path:
            if write:
                raise BadSetting("--write-baseline: into which file?", "name it with --baseline")
            return
        from hatools.lint import baseline

        places = baseline.Places(self.meant, self.mask, os.path.dirname(os.path.abspath(path)))
        if write:
            from hatools.convert.files import write_whole
            from hatools.plugin.contracts import OutFile

            text = baseline.written(self.found, places)
            write_whole(os.path.dirname(path), [OutFile(os.path.basename(path), text)])
            say(f"{path}: {len(self.found.remaining)} findings are old from now on")
        known = baseline.load(path)
        count = len(self.found.remaining)
        self.found, gone = baseline.without(self.found, known, places)
        self.old = count - len(self.found.remaining)
        if gone:
            say(f"{path}: {gone} old findings are gone; --write-baseline forgets them")

    # Fixes --------------------------------------------------------------------------------------

    def mend(self, unsafe: bool, write: bool) -> None:
        """Apply fixes, in place where *write* says so."""
        from hatools.lint.fixes import fix

        allowed = {path: one for path, one in self.found.sources.items() if self.named(path)}
        withheld = [
            one
            for one in self.found.remaining
            if one.fix and any((edit.path or _path(one)) not in allowed for edit in one.fix)
        ]
        for one in withheld:
            say(f"not fixed, for it is in a file that was not named: {one.code} {one.span}")
        mendable = [one for one in self.found.remaining if one not in withheld]
        result = fix(allowed, mendable, lambda now: self.look(now).remaining, unsafe)
        self.mended, self.fixed = result.sources, result.mended
        if not write:
            return
        from hatools.convert.files import write_whole
        from hatools.plugin.contracts import OutFile

        for path, source in result.sources.items():
            write_whole(os.path.dirname(path), [OutFile(os.path.basename(path), source.text)])
        self.found = self.look(self.mended)
        if result.sources:
            say(f"{result.mended} findings mended in {', '.join(result.sources)}")

    def named(self, path: str) -> bool:
        """Tell whether *path* is a file that the user named, or below a folder that he named."""
        real = os.path.realpath(path)
        for one in [*self.paths, *(path for node in self.nodes for path, _ in node.files)]:
            root = os.path.realpath(one)
            if real == root or (os.path.isdir(root) and real.startswith(root + os.sep)):
                return True
        return False

    # Output -------------------------------------------------------------------------------------

    def mask(self, path: str, text: str) -> str:
        """Return *text* of the file *path* without its secrets."""
        form = self.found.forms.get(path)
        return codec(form).mask(text) if form is not None else text

    def show(self, output: str, differences: bool) -> None:
        """Print what was found."""
        from hatools.lint import outputs

        for problem in [*self.host.problems, *self.found.problems]:
            say(f"hatools: {problem}", "warning")
        if differences:
            self._show_differences()
        elif output == "json":
            click.echo(json.dumps(outputs.as_json(self.found), indent=2))
        elif output == "sarif":
            from hatools.lint.pages import page

            named = self.host.named("hatools_rules")
            pages = {code: page(one, plugin.distribution) for code, (plugin, one) in named.items()}
            click.echo(json.dumps(outputs.sarif(self.found, pages), indent=2))
        elif output == "github":
            for line in outputs.github(self.found):
                click.echo(line)
        else:
            self._show_text()

    def _show_differences(self) -> None:
        from hatools.lint.fixes import unified

        for path, after in self.mended.items():
            for line in unified(self.before[path], after, partial(self.mask, path)):
                colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
                click.secho(line, fg=colour)

    def _show_text(self) -> None:
        if len(self.nodes) > 1:
            for node in self.nodes:
                say(f"node {node}")
        remaining = self.found.remaining
        for path in dict.fromkeys(_path(one) for one in remaining):
            own = [one for one in remaining if _path(one) == path]
            diagnostics(own, self.found.sources, partial(self.mask, path), len(own), err=False)
        say(self._summary(), "title")

    def _summary(self) -> str:
        found = self.found.remaining
        counts = [(sum(one.severity is kind for one in found), kind.value) for kind in Severity]
        said = ", ".join(f"{count} {name}{_plural(count, name)}" for count, name in counts if count)
        files = len(self.found.sources)
        parts = [said or "nothing found", f"in {files} file{'' if files == 1 else 's'}"]
        if self.found.silenced:
            parts.append(f"({len(self.found.silenced)} silenced by comments)")
        if self.old:
            parts.append(f"({self.old} old, in the baseline)")
        mendable = sum(bool(one.fix) and not one.unsafe for one in found)
        if mendable:
            parts.append(f"— {mendable} can be mended with --fix")
        return " ".join(parts)

    def status(self, fail_level: str | None) -> int:
        """Return the exit status: 1 when something of the level, or graver, was found."""
        level = Severity(fail_level or self.settings.fail_level or "error")
        worst = self.found.worst()
        return int(worst is not None and worst.rank <= level.rank)


def _path(found: Diagnostic) -> str:
    return found.span.path if found.span else ""


def _plural(count: int, name: str) -> str:
    return "" if count == 1 or name == "info" else "s"


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _folder(path: str) -> str:
    if path == "-":
        return "."
    return path if os.path.isdir(path) else os.path.dirname(path) or "."


def _clusters(peers: tuple[str, ...]) -> list[frozenset[str]]:
    """Return the sets of nodes that ``--peers lb1,lb2`` names."""
    return [frozenset(name.strip() for name in text.split(",")) for text in peers]
