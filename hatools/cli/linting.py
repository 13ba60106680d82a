"""One run of ``hatools lint``: reads, finds, mends, prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import click

from hatools.cli.messages import diagnostics, printable, say
from hatools.errors import BadSetting, UnreadableInput
from hatools.lint import configuration as settings_of_lint
from hatools.lint.run import Findings, lint
from hatools.plugin.rules import Rule
from hatools.plugin.settings import Settings
from hatools.plugin_host import Host, codec
from hatools.reading import settings_file, unused_settings
from hatools.reading.files import STDIN
from hatools.reading.grouping import NodeMeaning, NodeText, group, meanings, told_nodes
from hatools.text import Diagnostic, Severity, Source, near

if TYPE_CHECKING:
    from hatools.lint.baseline import Places
    from hatools.model import Topology
    from hatools.plugin import RuleSet
    from hatools.plugin.balancing import Scheduler
    from hatools.plugin.contracts import Reading


class Schedulers(Mapping[str, "Scheduler"]):
    """The schedulers by name, asked of plugins when a rule asks for one."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._found: dict[str, Scheduler] | None = None

    def _all(self) -> dict[str, Scheduler]:
        if self._found is None:
            self._found = self._host.records("hatools_schedulers")
        return self._found

    def __getitem__(self, name: str) -> Scheduler:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Asked(NamedTuple):
    """What the command line says."""

    paths: tuple[str, ...]
    nodes: tuple[str, ...] = ()
    form: str = ""
    peers: tuple[str, ...] = ()
    select: str = ""
    ignore: str = ""
    source_version: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    configuration: str = ""
    baseline: str = ""
    writing: bool = False
    root: str = ""


class Run:
    """What was asked for and what was found."""

    def __init__(self, asked: Asked) -> None:
        self.host = Host()
        self.asked = asked
        found = asked.configuration or settings_file.find(_folder(asked.paths[0]))
        self.settings = settings_of_lint.load(found) if found else settings_of_lint.Configuration()
        self.selection = self.settings.selection.narrowed(
            _codes(asked.select), _codes(asked.ignore)
        )
        self.versions = dict(self.settings.versions)
        if asked.source_version:
            from hatools.cli.convert import versions_of

            self.versions |= versions_of(asked.source_version)
        self._check_versions()
        self.facts = Settings(asked.facts)
        self.texts: dict[str, Source] = {}
        self.nodes: list[NodeText] = self._group()
        self.clusters = _clusters(asked.peers)
        self._check_codes()
        self.rules: list[Rule] = []
        self.absent: list[str] = []
        self.meant: list[NodeMeaning] = []
        self.old, self.gone = 0, 0
        self.baseline = asked.baseline or self.settings.baseline
        self.known = self._known()
        self.found = self._first_look()
        self.before: Mapping[str, Source] = self.found.sources
        self.mended: Mapping[str, Source] = {}
        self._check_peers()

    def _check_peers(self) -> None:
        names = [node.name for node in self.meant]
        for name in sorted(frozenset().union(*self.clusters) - frozenset(names)):
            raise BadSetting(f"--peers: no node is called {name}", f"there are {', '.join(names)}")

    def _group(self, parts: frozenset[str] = frozenset()) -> list[NodeText]:
        asked = self.asked
        told = told_nodes(asked.nodes)
        formats = self.host.formats()
        return group(
            asked.paths, formats, codec, told, self.texts, parts, asked.form, option="--from"
        )

    def _check_versions(self) -> None:
        programs = {form.program for form in self.host.formats().values() if form.program}
        for name in self.versions:
            if name and name not in programs:
                meant = near(name, programs)
                raise BadSetting(
                    f"a version of {name}: hatools knows no such program",
                    f"did you mean {meant}?" if meant else "there are " + ", ".join(programs),
                )

    def _check_codes(self) -> None:
        """Say which of the codes that were selected or ignored do not exist."""
        if self.selection.named == ():
            return
        from hatools.lint.pages import OWN

        known = {*self.host.named("hatools_rules"), *OWN}
        for name in self.selection.unknown(known):
            meant = near(name, known)
            advice = f"; did you mean {meant}?" if meant else "; see: hatools rules"
            say(f"hatools: no code begins with {name}{advice}", "warning")

    def _load_rules(self) -> None:
        """Import the rules that can find something in the files that there are."""
        formats = {form.name for node in self.meant for form, _ in node.readings}
        there = {about for node in self.meant for _, reading in node.readings
                 for about in _about(reading.topology)}  # fmt: skip
        self.absent = []

        def wanted(rules: RuleSet) -> bool:
            serves = rules.serves(formats, len(self.meant), there)
            if not serves and rules.looks_at == "cluster":
                self.absent += rules.codes
            return serves

        records = self.host.named("hatools_rules", wanted)
        self.rules = [record for _, (_, record) in sorted(records.items())
                      if hasattr(record, "check")]  # fmt: skip

    # What is found ------------------------------------------------------------------------------

    def _first_look(self) -> Findings:
        """Return what is found; files of folders that others include are no nodes of their own."""
        found = self.look({})
        parts = {
            path
            for node in self.meant
            for _, reading in node.readings
            for path in _included(reading, self.nodes)
        }
        if parts & {os.path.normpath(path) for node in self.nodes for path, _ in node.files}:
            joined = self._group(frozenset(parts))
            if joined != self.nodes:
                self.nodes = joined
                found = self.look({})
        return found

    def look(self, overlay: Mapping[str, Source]) -> Findings:
        """Return what is found and is not old, with some texts other than on disk."""
        texts = {path: overlay.get(source.path, source) for path, source in self.texts.items()}
        stand_in = {**overlay, **texts}
        root = self.asked.root
        self.meant = meanings(self.nodes, codec, self.facts, self.versions, stand_in, root)
        if not overlay:
            self._load_rules()
        schedulers = Schedulers(self.host)
        found = lint(self.meant, self.rules, self.selection, schedulers, self.clusters, self.absent)
        unused = [one for one in unused_settings(self.facts) if self.selection.wants(one.code)]
        found = found._replace(
            remaining=[*unused, *found.remaining],
            problems=list(dict.fromkeys([*self.host.problems, *found.problems])),
        )
        self.old, self.gone = 0, 0
        if self.known:
            count = len(found.remaining)
            from hatools.lint import baseline

            found, self.gone = baseline.without(found, self.known, self._places(found))
            self.old = count - len(found.remaining)
        return found

    # Baseline -----------------------------------------------------------------------------------

    def _known(self) -> Mapping[str, int]:
        """Return what the baseline holds, nothing where it is yet to be written."""
        if not self.baseline:
            return {}
        from hatools.lint import baseline

        if self.asked.writing and not os.path.exists(self.baseline):
            return {}
        return baseline.load(self.baseline)

    def _places(self, found: Findings) -> Places:
        from hatools.lint import baseline

        base = os.path.dirname(os.path.abspath(self.baseline))
        return baseline.Places(self.meant, partial(_mask, found), base)

    def write_baseline(self) -> None:
        """Write today's findings down: they are old from now on."""
        if not self.baseline:
            raise BadSetting("--write-baseline: into which file?", "name it with --baseline")
        from hatools.convert.files import write_whole
        from hatools.lint import baseline
        from hatools.plugin.contracts import OutFile

        before, self.known = self.known, {}
        found = self.look({})
        text = baseline.written(found, self._places(found), before)
        folder, name = os.path.split(self.baseline)
        if not os.path.isdir(folder or "."):
            raise UnreadableInput(
                f"{self.baseline}: cannot be written: there is no directory {folder}"
            )
        write_whole(folder, [OutFile(name, text)])
        count = len(found.remaining)
        are = "finding is" if count == 1 else "findings are"
        say(f"{self.baseline}: {count} {are} old from now on")
        self.known = baseline.load(self.baseline)
        self.found = self.look({})

    # Fixes --------------------------------------------------------------------------------------

    def mend(self, unsafe: bool, write: bool) -> None:
        """Apply fixes, in place where *write* says so."""
        from hatools.lint.fixes import fix, touched

        if write and STDIN in self.asked.paths:
            raise BadSetting("--fix: standard input is no file", "add --diff to see the changes")
        allowed = {path: one for path, one in self.found.sources.items() if self.named(path)}
        for one in self.found.remaining:
            if one.fix and not touched(one) <= allowed.keys():
                say(f"not fixed, for it is in a file that was not named: {one.code} {one.span}")
        result = fix(allowed, self.found.remaining, lambda now: self.look(now).remaining, unsafe)
        if not result.settled:
            say("hatools: the mends of these findings undo each other: nothing is changed", "error")
        self.mended = result.sources
        if not write:
            return
        from hatools.convert.files import write_whole
        from hatools.plugin.contracts import OutFile

        files = [OutFile(path, source.text) for path, source in result.sources.items()]
        write_whole("", files)
        self.texts.update((path, self.mended[path]) for path in self.texts if path in self.mended)
        self.found = self.look(self.mended)
        if files:
            count = f"{result.mended} finding{_plural(result.mended, '')}"
            say(f"{count} mended in {', '.join(result.sources)}")

    def named(self, path: str) -> bool:
        """Tell whether *path* is a file that the user named, or below a folder that he named."""
        if path == self.texts.get(STDIN, Source("", "")).path:
            return True
        real = os.path.realpath(path)
        for one in [*self.asked.paths, *(path for node in self.nodes for path, _ in node.files)]:
            root = os.path.realpath(one)
            if real == root or (os.path.isdir(root) and real.startswith(root + os.sep)):
                return True
        return False

    # Output -------------------------------------------------------------------------------------

    def show(self, output: str, differences: bool) -> None:
        """Print what was found."""
        for problem in self.found.problems:
            say(f"hatools: {problem}", "warning")
        if self.gone:
            say(f"{self.baseline}: {self.gone} old findings are gone;"
                " --write-baseline forgets them")  # fmt: skip
        if differences:
            self._show_differences()
        elif output == "text":
            self._show_text()
        else:
            self._show_for_machines(output)

    def _show_for_machines(self, output: str) -> None:
        import json

        from hatools.lint import outputs

        mask = partial(_mask, self.found)
        if output == "json":
            click.echo(json.dumps(outputs.as_json(self.found, mask), indent=2))
        elif output == "sarif":
            from hatools.lint.pages import pages

            known = pages(self.host.named("hatools_rules"))
            click.echo(json.dumps(outputs.sarif(self.found, known, mask), indent=2))
        else:
            for line in outputs.github(self.found):
                click.echo(line)

    def _show_differences(self) -> None:
        """Print the diff: for a terminal made visible, else byte for byte, as patch takes it."""
        from hatools.lint.fixes import unified

        seen = sys.stdout.isatty()
        for path, after in self.mended.items():
            for line in unified(self.before[path], after, partial(_mask, self.found, path)):
                colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
                if seen:
                    click.secho(printable(line), fg=colour)
                else:
                    click.echo(line.encode("utf-8", "surrogateescape"))

    def _show_text(self) -> None:
        if len(self.meant) > 1:
            for node in self.nodes:
                say(f"node {node}")
        remaining = self.found.remaining
        by_path: dict[str, list[Diagnostic]] = {}
        for one in remaining:
            by_path.setdefault(one.span.path if one.span else "", []).append(one)
        for path, own in by_path.items():
            mask = partial(_mask, self.found, path)
            diagnostics(own, self.found.sources, mask, len(own), err=False)
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


def _about(topology: Topology) -> Iterator[str]:
    """Yield what *topology* has that rules may be about (`hatools.plugin.rules.ABOUT`)."""
    if topology.services or topology.pools:
        yield "services"
    if topology.routers or topology.groups or topology.trackers:
        yield "routers"


def _mask(found: Findings, path: str, text: str) -> str:
    """Return *text* of the file *path* without its secrets."""
    form = found.forms.get(path)
    return codec(form).mask(text) if form is not None else text


def _included(reading: Reading, nodes: Iterable[NodeText]) -> set[str]:
    """Return the files that the first file of *reading* includes."""
    documents = reading.expansion.documents
    if len(documents) < 2:
        return set()
    paths = [document.source.path for document in documents]
    beside = {path for node in nodes for path, _ in node.files
              if paths[0] in {each for each, _ in node.files}}  # fmt: skip
    return {os.path.normpath(path) for path in paths[1:] if path not in beside}


def _plural(count: int, name: str) -> str:
    return "" if count == 1 or name == "info" else "s"


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _folder(path: str) -> str:
    if path == STDIN:
        return "."
    return path if os.path.isdir(path) else os.path.dirname(path) or "."


def _clusters(peers: tuple[str, ...]) -> list[frozenset[str]]:
    """Return the sets of nodes that ``--peers lb1,lb2`` names."""
    return [frozenset(name.strip() for name in text.split(",")) for text in peers]
