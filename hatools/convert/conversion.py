"""Converts one configuration: parse, expand, read, write, read back, account."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hatools.convert.accounting import Account
from hatools.convert.defaults import lost_defaults
from hatools.errors import BadSetting, BrokenLaw, NothingToWrite
from hatools.model import KEPT, Outcome, Topology, differences
from hatools.plugin.contracts import (
    NO_FILES,
    NO_SETTINGS,
    Codec,
    Departure,
    Files,
    Format,
    Joins,
    Leaves,
    Modernises,
    OutFile,
    Place,
    Reading,
    Target,
    Writing,
)
from hatools.plugin.settings import Settings
from hatools.reading import (
    Folder,
    guarded,
    language,
    named,
    program_version,
    read,
    read_back,
    remarks_of,
    unused_settings,
)
from hatools.text import Diagnostic, Expansion, Severity, Source
from hatools.text.document import CLOSE

NO_VERSIONS: Mapping[str, str] = {}
Telling = Callable[[Format, Codec, str, Topology, Reading], list[str]]
"""Returns the facts in which a file, by its name, does not read as the topology that was meant."""


class Request(NamedTuple):
    """What is asked for: a text, the language to say it in, and what is known beside it.

    *source* may be a folder whose files are one thing (`hatools.reading.files.opened`).
    *source_format* empty means: recognise it.  Versions map a program's name, or
    ``""`` for whichever it is, to a version (``2.6``); the newest known counts
    where none is given.  *resolve* turns a host name into an
    address, and is None where that was not asked for.
    """

    source: Source | Folder
    target_format: str
    source_format: str = ""
    source_versions: Mapping[str, str] = NO_VERSIONS
    target_versions: Mapping[str, str] = NO_VERSIONS
    settings: Settings = NO_SETTINGS
    files: Files = NO_FILES
    resolve: Callable[[str], str | None] | None = None


@dataclass(slots=True, eq=False)
class Conversion:
    """The answer: files to be written, the account of every statement, what was remarked."""

    source: Format
    target: Format
    account: Account
    reading: Reading
    writing: Writing
    files: list[OutFile]
    diagnostics: list[Diagnostic]
    path: str

    @property
    def losses(self) -> bool:
        """Tell whether anything was approximated or dropped, or the source has errors."""
        counts = self.account.summary()
        return bool(
            counts["approximated"]
            or counts["dropped"]
            or any(remark.severity is Severity.ERROR for remark in self.diagnostics)
        )


def convert(
    request: Request,
    formats: Mapping[str, Format],
    codec: Callable[[Format], Codec],
    telling: Telling | None = None,
) -> Conversion:
    """Say *request.source* in another language.

    *telling* puts a broken re-read law in words (`hatools.diff.meant.told`).

    Raises `UnknownFormat`, `BadSetting`, `NeedsPlace` (it depends on a place that
    was not given) and `BrokenLaw` (what was written does not read back as meant).
    A conversion whose `files` are empty had nothing left to write.
    """
    target = named(request.target_format, formats)
    origin = language(request.source, request.source_format, formats)
    _check_programs(request, formats)
    version = program_version(request.source_versions, origin, "--source-version")
    target_version = program_version(request.target_versions, target, "--target-version")
    if not target.writes:
        raise BadSetting(f"{target.name} can be read but not written")
    reader = codec(origin)
    place = Place(version, request.settings, request.files)
    reading = guarded(origin, lambda: read(reader, request.source, place))
    if origin.name == target.name:
        if target_version:
            return _modernised(request, origin, reading, reader, target_version)
        return _unchanged(request, origin, reading, reader)
    if origin.kind != target.kind:
        raise BadSetting(
            f"{origin.name} is a {origin.kind} format and {target.name} a {target.kind} format",
            "they share no facts: a link carries services, it does not say what they are",
        )
    _resolve(request, reading)
    writer = codec(target)
    aim = Target(target_version, request.settings, request.source.path)
    writing, remarks = _say(
        request, reading, origin, target, lambda meant: writer.write(meant, aim)
    )
    if writing.main is not None:
        guarded(target, lambda: check_reread(target, writer, writing, target_version, telling))
        writing.assumptions += lost_defaults(
            reading.topology, writing.records, origin.program or origin.name
        )
    departure = _leave(reader, reading, origin, target) if writing.main is not None else None
    if departure is not None:
        writing.companions += departure.files
        writing.assumptions += departure.assumptions
    account = Account(reading, writing, departure, reader.mask)
    files = [writing.main, *writing.companions] if writing.main is not None else []
    remarks = [*_remarks(request, reading), *writing.diagnostics, *remarks]
    remarks += unused_settings(request.settings)
    path = request.source.path
    return Conversion(origin, target, account, reading, writing, files, remarks, path)


def _say(
    request: Request,
    reading: Reading,
    origin: Format,
    target: Format,
    write: Callable[[Topology], Writing],
) -> tuple[Writing, list[Diagnostic]]:
    """Return what was read in the words of *target*, with the checks that are asked for."""
    if origin.checks and not request.settings:
        return guarded(target, lambda: write(reading.topology)), []
    from hatools.convert import asked_checks

    meant, asked, remarks = asked_checks.ask(reading.topology, request.settings)
    writing = guarded(target, lambda: write(meant))
    remarks += asked_checks.account(asked, writing)
    asked_checks.tell_of_none(origin, target, meant, request.settings, writing)
    return writing, remarks


def check_reread(
    form: Format, codec: Codec, writing: Writing, version: str, telling: Telling | None = None
) -> None:
    """Raise `BrokenLaw` unless what was written reads back as exactly the intended model.

    *telling* names the facts that differ for a person.
    """
    assert writing.main is not None
    reading = read_back(codec, writing, Place(version))
    wrong = differences(writing.intended, reading.topology)
    if wrong and telling is not None:
        wrong = telling(form, codec, writing.main.name, writing.intended, reading) or wrong
    wrong += [str(remark) for remark in remarks_of(reading) if remark.severity is Severity.ERROR]
    if wrong:
        raise BrokenLaw(
            f"{writing.main.name}: what was written does not read back as what was meant: "
            + "; ".join(wrong[:5]),
            "nothing was written; this is a fault of hatools, please report it",
        )


def _check_programs(request: Request, formats: Mapping[str, Format]) -> None:
    """Refuse a version of a program that no format is of."""
    programs = {form.program for form in formats.values() if form.program}
    for name in {*request.source_versions, *request.target_versions} - programs - {""}:
        raise BadSetting(
            f"{name}={request.source_versions.get(name) or request.target_versions[name]}: "
            f"no format is {name}'s",
            "there are " + ", ".join(sorted(programs)),
        )


def _unchanged(request: Request, form: Format, reading: Reading, codec: Codec) -> Conversion:
    """Return the input byte for byte: the same language with nothing asked for."""
    expansion = reading.expansion
    several = isinstance(codec, Joins) and len(expansion.documents) > 1
    files = _copies(form, expansion, several or isinstance(request.source, Folder))
    kept = {
        index: KEPT
        for index, statement in enumerate(expansion.statements)
        if statement.kind < CLOSE
    }
    same = Reading(reading.topology, expansion, kept, reading.diagnostics)
    expansion.skipped = dict.fromkeys(expansion.skipped, (Outcome.KEPT.value, ""))
    writing = Writing(files[0], reading.topology, companions=files[1:])
    account = Account(same, writing, None, codec.mask)
    remarks = [*_remarks(request, reading), *unused_settings(request.settings)]
    return Conversion(form, form, account, same, writing, files, remarks, request.source.path)


def _copies(form: Format, expansion: Expansion, named: bool) -> list[OutFile]:
    """Return the main file as it was read; where files are *named*, all, by their names."""
    sources = [document.source for document in expansion.documents]
    if not named:
        return [OutFile(form.file_name, sources[0].text)]
    return [
        OutFile(os.path.basename(each.path), each.text, "read with it" if number else "")
        for number, each in enumerate(sources)
    ]


def _remarks(request: Request, reading: Reading) -> list[Diagnostic]:
    """Return what is to be said of the source: what was left alone, what is wrong in it."""
    alone = request.source.remarks if isinstance(request.source, Folder) else ()
    return [*alone, *remarks_of(reading)]


def _modernised(
    request: Request, form: Format, reading: Reading, codec: Codec, version: str
) -> Conversion:
    """Return the same language at another version of its program."""
    if not isinstance(codec, Modernises):
        raise BadSetting(
            f"hatools does not know what versions of {form.program or form.name} differ in",
            "leave out --target-version to get the input back",
        )
    from hatools.convert.modernising import modernise

    place = Place(version, request.settings, request.files)
    now = guarded(form, lambda: modernise(codec, form, reading, place))
    account = Account(now.reading, now.writing, None, codec.mask)
    files = [*filter(None, [now.writing.main]), *now.writing.companions]
    remarks = [*now.remarks, *unused_settings(request.settings)]
    path = request.source.path
    return Conversion(form, form, account, now.reading, now.writing, files, remarks, path)


def _leave(codec: Codec, reading: Reading, origin: Format, target: Format) -> Departure | None:
    if not isinstance(codec, Leaves):
        return None
    return guarded(origin, lambda: codec.leave(reading, target.program or target.name))


def _resolve(request: Request, reading: Reading) -> None:
    """Look up the servers' names, each once, where the user asked for that."""
    if request.resolve is None:
        return
    names = {server.address for pool in reading.topology.pools for server in pool.servers}
    for name in sorted(names):
        address = request.resolve(name)
        if address is not None and address != name:
            request.settings.add("address", name, address)


def require_files(conversion: Conversion) -> None:
    """Raise `NothingToWrite`, naming what was missing, when no file came out."""
    if not conversion.files:
        lost = conversion.writing.lost
        raise NothingToWrite(
            f"nothing is left that {conversion.target.name} can say",
            "; ".join(f"{name}: {reason}" for name, reason in lost[:5])
            or f"the source has no service that {conversion.target.name} could take over",
        )
