"""Which files are one node: by folder, by kind, or as the user says.

Files in one folder are one node, except that two files of one language there
that cannot be one (two keepalived.conf, two haproxy.cfg) are different nodes
that share the rest.  A folder called haproxy, keepalived, …, or etc, belongs to
the node of the folder around it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from hatools.errors import BadSetting, NeedsPlace, UnknownFormat, UnreadableInput
from hatools.plugin.contracts import Codec, Format, Joins, Place, Reading
from hatools.plugin.settings import Settings
from hatools.reading.files import COPIES, Folder, TreeFiles, load
from hatools.reading.meaning import guarded, program_version, read
from hatools.reading.recognition import HEAD, fitting, language
from hatools.text import Source

PLACE_KEY = "config_id"
ETC = "etc"
TEMPLATES = (".template", ".tmpl", ".tpl", ".j2", ".jinja", ".jinja2", ".erb", ".epp", ".ctmpl",
             ".example", ".sample", ".dist")  # fmt: skip


class NodeText(NamedTuple):
    """The files of one node, each with its format."""

    name: str
    files: tuple[tuple[str, Format], ...]

    def __str__(self) -> str:
        """Say it as a user would read it."""
        return f"{self.name}: " + ", ".join(path for path, _ in self.files)


class NodeMeaning(NamedTuple):
    """What one node's files mean, in the order of the files."""

    name: str
    readings: tuple[tuple[Format, Reading], ...]


def group(
    paths: Sequence[str],
    formats: Mapping[str, Format],
    codec: Callable[[Format], Codec],
    told: Mapping[str, Sequence[str]] = {},
    texts: dict[str, Source] | None = None,
    parts: Container[str] = (),
    form: str = "",
    option: str = "",
) -> list[NodeText]:
    """Return the nodes that *paths*, files and folders, are; *told* are those the user named.

    A file counts once, however often and by whichever path it is named; one that
    *told* names is of that node alone.
    *form* is the language of files that are named, found out where it is empty;
    *option* is what names it for the user, empty where a command has none.
    *texts* is given what was read on the way, by path.  Files of folders that
    are in *parts* (what others include) are no configurations of their own.
    Raises `UnreadableInput` and `UnknownFormat`.
    """
    nodes = [
        NodeText(name, tuple((path, _format(path, form, formats, texts, option)) for path in files))
        for name, files in told.items()
    ]
    by_folder: dict[str, list[tuple[str, Format]]] = {}
    seen = {os.path.abspath(path) for files in told.values() for path in files}
    for path in dict.fromkeys(paths):
        for one in _files(path, form, formats, texts, parts, option):
            if (place := os.path.abspath(one[0])) not in seen:
                seen.add(place)
                home = _home(one[0], formats)
                by_folder.setdefault(os.path.abspath(home or "."), []).append(one)
    if paths and not by_folder and not nodes:
        raise UnknownFormat(f"{', '.join(paths)}: nothing in it is a configuration")
    lone = len(by_folder) == 1
    for folder, files in by_folder.items():
        name = os.path.basename(folder)
        nodes += _split(files, codec, "" if lone else name)
    return _unique(nodes)


def told_nodes(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return what ``--node lb1=a.conf,b.cfg`` options say; raises `BadSetting`."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, equals, files = text.partition("=")
        if not (name and equals and files):
            raise BadSetting(f"--node {text}: this names no files", "write --node lb1=a.conf,b.cfg")
        found[name] = files.split(",")
    return found


def _files(
    path: str,
    form: str,
    formats: Mapping[str, Format],
    texts: dict[str, Source] | None,
    parts: Container[str],
    option: str,
) -> list[tuple[str, Format]]:
    """Return the configurations that *path* is or holds, one level of folders deep."""
    if not os.path.isdir(path):
        return [(path, _format(path, form, formats, texts, option))]
    found = []
    for inner in _inside(path):
        for file in _of_node(inner, formats) if os.path.isdir(inner) else [inner]:
            if os.path.normpath(file) not in parts and (fits := _fits(file, formats)):
                found.append((file, fits))
    return found


def _home(path: str, formats: Mapping[str, Format]) -> str:
    """Return the folder of the node that *path* is of: ``lb1`` of ``lb1/etc/haproxy/haproxy.cfg``.

    Folders that are called as a program, or ``etc``, hold a part of a node.
    """
    folder = os.path.dirname(path)
    while os.path.basename(folder) == ETC or os.path.basename(folder) in formats:
        folder = os.path.dirname(folder)
    return folder


def _of_node(folder: str, formats: Mapping[str, Format]) -> Iterator[str]:
    """Yield the files in *folder*, and in folders there that hold a part of the same node."""
    for path in _inside(folder):
        if not os.path.isdir(path):
            yield path
        elif os.path.basename(path) == ETC or os.path.basename(path) in formats:
            yield from _of_node(path, formats)


def _inside(folder: str) -> list[str]:
    """Return the paths of what is in *folder*, by name, but copies, templates, hidden files."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise UnreadableInput(f"{folder}: {error.strerror or error}") from None
    return [os.path.join(folder, name) for name in names
            if not name.startswith(".") and not name.endswith((*COPIES, *TEMPLATES))]  # fmt: skip


def _fits(path: str, formats: Mapping[str, Format]) -> Format | None:
    """Return the format of a file in a folder that was named; None for anything else."""
    if not os.path.isfile(path):
        return None
    try:
        with open(path, "rb") as file:
            head = Source.from_bytes(path, file.read(HEAD)).text
    except OSError as error:
        raise UnreadableInput(
            f"{path}: {error.strerror or error}", "what it says would be missing: make it readable"
        ) from None
    names = fitting(path, head, formats) if head.strip() else []
    return formats[names[0]] if len(names) == 1 else None


def _format(
    path: str,
    form: str,
    formats: Mapping[str, Format],
    texts: dict[str, Source] | None,
    option: str,
) -> Format:
    source = load(path) if texts is None or path not in texts else texts[path]
    if texts is not None:
        texts[path] = source
    return language(source, form, formats, option)


def _split(
    files: list[tuple[str, Format]], codec: Callable[[Format], Codec], folder: str
) -> list[NodeText]:
    """Return the nodes that the files of one folder are."""
    by_format: dict[str, list[tuple[str, Format]]] = {}
    for path, form in files:
        by_format.setdefault(form.name, []).append((path, form))
    several = {
        name: own
        for name, own in by_format.items()
        if len(own) > 1 and not isinstance(codec(own[0][1]), Joins)
    }
    if not several:
        name = folder or _stem(files[0][0])
        return [NodeText(name, tuple(files))]
    shared = [one for name, own in by_format.items() if name not in several for one in own]
    leading = max(several.values(), key=len)
    names = _names([path for path, _ in leading])
    nodes = []
    for at, (path, form) in enumerate(leading):
        own = [(path, form)]
        for others in several.values():
            if others is not leading and (match := _match(names[at], at, others)):
                own.append(match)
        name = f"{folder}/{names[at]}" if folder else names[at]
        nodes.append(NodeText(name, (*own, *shared)))
    return nodes


def _stem(path: str) -> str:
    return os.path.basename(path).partition(".")[0] or path


def _names(paths: list[str]) -> list[str]:
    """Return what tells *paths* apart: their names without what they end alike with."""
    names = [os.path.basename(path) for path in paths]
    alike = 0
    while all(len(name) > alike for name in names) and len({n[-1 - alike] for n in names}) == 1:
        alike += 1
    cut = [name[: len(name) - alike].rstrip("~_.-") for name in names]
    return cut if all(cut) and len(set(cut)) == len(cut) else [_stem(path) for path in paths]


def _match(name: str, at: int, others: list[tuple[str, Format]]) -> tuple[str, Format] | None:
    """Return the file of another language that belongs to node *name*: by name, else by place."""
    alike = [one for one in others if os.path.basename(one[0]).startswith(name)]
    if alike:
        return alike[0]
    return others[at] if at < len(others) else None


def _unique(nodes: list[NodeText]) -> list[NodeText]:
    seen: dict[str, int] = {}
    found = []
    for node in nodes:
        seen[node.name] = seen.get(node.name, 0) + 1
        number = seen[node.name]
        found.append(node if number == 1 else node._replace(name=f"{node.name}-{number}"))
    return found


def meanings(
    nodes: Iterable[NodeText],
    codec: Callable[[Format], Codec],
    settings: Settings,
    versions: Mapping[str, str] = {},
    overlay: Mapping[str, Source] = {},
    root: str = "",
) -> list[NodeMeaning]:
    """Return what *nodes* mean.  A file with ``@ids`` makes each id a node of its own.

    *overlay* has texts, by path, that stand in for what the files hold.  *root* is the
    directory tree that includes may reach, each file's own directory where empty.
    """
    found: list[NodeMeaning] = []
    for node in nodes:
        try:
            found.append(_meaning(node, codec, settings, versions, overlay, root))
        except NeedsPlace as error:
            if not error.choices:
                raise
            for choice in error.choices:
                place = settings.copy()
                place.add(PLACE_KEY, "", choice)
                meant = _meaning(node, codec, place, versions, overlay, root)
                found.append(meant._replace(name=choice))
    return found


def _meaning(
    node: NodeText,
    codec: Callable[[Format], Codec],
    settings: Settings,
    versions: Mapping[str, str],
    overlay: Mapping[str, Source],
    root: str,
) -> NodeMeaning:
    readings: list[tuple[Format, Reading]] = []
    for form, source, near in _sources(node, codec, overlay):
        version = program_version(versions, form, "--source-version")
        place = Place(version, settings, _Overlaid(root or near, overlay))
        readings.append((form, guarded(form, partial(read, codec(form), source, place))))
    return NodeMeaning(node.name, tuple(readings))


class _Overlaid(TreeFiles):
    """Files to include, some of them with another text than on disk."""

    def __init__(self, root: str, overlay: Mapping[str, Source]) -> None:
        super().__init__(root)
        self._overlay = overlay

    def load(self, path: str) -> Source:
        return self._overlay.get(path) or super().load(path)


def _sources(
    node: NodeText, codec: Callable[[Format], Codec], overlay: Mapping[str, Source]
) -> list[tuple[Format, Source | Folder, str]]:
    """Return what is to be read of a node; files that can be one language's folder are one."""
    by_format: dict[str, list[tuple[str, Format]]] = {}
    for path, form in node.files:
        by_format.setdefault(form.name, []).append((path, form))
    found: list[tuple[Format, Source | Folder, str]] = []
    for own in by_format.values():
        form = own[0][1]
        near = os.path.dirname(own[0][0]) or "."
        if len(own) > 1 and isinstance(codec(form), Joins):
            sources = tuple(overlay.get(path) or load(path) for path, _ in own)
            found.append((form, Folder(near, sources, form.name), near))
        else:
            for path, _ in own:
                found.append((form, overlay.get(path) or load(path), os.path.dirname(path) or "."))
    return found
