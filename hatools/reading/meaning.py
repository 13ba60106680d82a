"""From a text to its meaning, with the faults of plugins and of what the user said named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from hatools.errors import BadSetting, HatoolsError, PluginProblem
from hatools.plugin.contracts import Codec, Format, Joins, Place, Reading, Writing
from hatools.plugin.settings import Settings
from hatools.reading.files import Folder
from hatools.text import Diagnostic, Severity, Source

T = TypeVar("T")


def read(codec: Codec, source: Source | Folder, place: Place) -> Reading:
    """Return what *source* means at *place*; the files of a folder are read as one."""
    if isinstance(source, Folder):
        assert isinstance(codec, Joins)
        return codec.read(codec.join([codec.parse(each) for each in source.sources], place))
    return codec.read(codec.expand(codec.parse(source), place))


def read_back(codec: Codec, writing: Writing, place: Place) -> Reading:
    """Return what was just written means: the main file, of `Joins` all files as one."""
    assert writing.main is not None
    files = [writing.main, *(writing.companions if isinstance(codec, Joins) else ())]
    sources = tuple(Source(file.name, file.text) for file in files)
    return read(codec, sources[0] if len(sources) == 1 else Folder("", sources), place)


def guarded(form: Format, work: Callable[[], T]) -> T:
    """Return what *work* returns; a fault of a format's plugin becomes a `PluginProblem`."""
    try:
        return work()
    except HatoolsError:
        raise
    except (Exception, SystemExit) as error:  # the plugin border
        raise PluginProblem(
            f"the format {form.name} failed: {type(error).__name__}: {error}",
            "this is a fault of the plugin; HATOOLS_DEBUG=1 shows where",
        ) from error


def program_version(versions: Mapping[str, str], form: Format, option: str) -> str:
    """Return the version given for *form*'s program, empty where none was.

    Raises `BadSetting`, naming *option*, when the program has no such version.
    """
    version = versions.get(form.program) or versions.get("") or ""
    minor = ".".join(version.split(".")[:2])
    if version and form.versions and minor not in form.versions:
        raise BadSetting(
            f"{option} {version}: hatools knows {form.program} "
            f"{form.versions[0]} to {form.versions[-1]}",
            f"choose one of {', '.join(form.versions)}",
        )
    return version


def remarks_of(reading: Reading) -> list[Diagnostic]:
    """Return all diagnostics of a reading, by file and position, each once."""
    expansion = reading.expansion
    found = [remark for document in expansion.documents for remark in document.diagnostics]
    found += [*expansion.diagnostics, *reading.diagnostics]
    return sorted(dict.fromkeys(found), key=lambda remark: remark.span or ("", 0, 0, 0, 0))


def unused_settings(settings: Settings) -> list[Diagnostic]:
    """Return a remark for each ``--set`` that nothing asked for."""
    return [
        Diagnostic(
            "HT001",
            Severity.WARNING,
            f"--set {key}=… was not used",
            help=f"did you mean {meant}?" if meant and meant != key else "nothing asked for it",
        )
        for key, meant in settings.unused()
    ]
