"""Says every configuration at hand in every language of its family, with little and much known."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import lab
from corpus import CORPUS

from hatools.convert import Conversion, Request, convert, recognise
from hatools.errors import UnknownFormat, UnreadableInput
from hatools.plugin import OutFile, Settings
from hatools.plugin_host import Host, codec
from hatools.reading.files import TreeFiles
from hatools.text import Source

FORMATS = Host().formats()
FIXTURES = lab.ROOT / "fixtures"
NO_INPUT = ("expected", "companions", "place.json", "settings", "version", "README.md")
FORMAT_OF = {".conf": "keepalived", ".cfg": "haproxy"}  # of pieces that no format is sure of
LITTLE = ("vip=192.0.2.10", "config_id=main", "env@SITE=north")
MUCH = (
    "vip=192.0.2.10,2001:db8::10",
    "port=80",
    "address=192.0.2.20",
    "check=tcp",
    "forwarding=masquerade",
    "persistence=300",
    "config_id=main",
    "case=start",
    "hz=250",
    *(f"vip@fwmark:{mark}=192.0.2.10:{8000 + mark}" for mark in range(1, 200)),
    *(f"env@{name}=192.0.2.30" for name in ("SITE", "IP", "VIP", "HOST", "NAME", "ADDRESS")),
    *("env@PORT=8080", "env@STATE=MASTER", "env@MODE=1", "env@IFACE=eth0", "env@INTERFACE=eth0"),
)
KNOWN = {"little known": LITTLE, "much known": MUCH}
DEBIAN = {"haproxy": "2.6", "keepalived": "2.2", "NetworkManager": "1.42"}  # as in Debian 12


@dataclass(frozen=True, slots=True)
class Specimen:
    """A configuration: its file and its format."""

    path: Path
    format: str

    @property
    def id(self) -> str:
        """The name under which a test of it is known."""
        folder = self.path.parent
        place = folder.relative_to(FIXTURES) if self.is_fixture else folder.name
        return f"{self.format}:{place}/{self.path.name}"

    @property
    def is_fixture(self) -> bool:
        return self.path.is_relative_to(FIXTURES)

    @property
    def source(self) -> Source:
        return Source.from_bytes(self.path.name, self.path.read_bytes())


def specimens() -> list[Specimen]:
    """Return every configuration of the corpus, where it is, and of the fixtures."""
    found = []
    for path in [*_corpus(), *_fixtures()]:
        source = Source.from_bytes(path.name, path.read_bytes())
        try:
            found.append(Specimen(path, recognise(source, FORMATS).name))
        except UnknownFormat:
            if path.suffix in FORMAT_OF:
                found.append(Specimen(path, FORMAT_OF[path.suffix]))
    return found


def _corpus() -> Iterator[Path]:
    manifest = CORPUS / "dev" / "manifest.jsonl"
    for line in manifest.read_text().splitlines() if manifest.exists() else ():
        row = json.loads(line)
        if row["kind"] != "keyword-lines":
            yield CORPUS / row["file"]


def _fixtures() -> Iterator[Path]:
    for path in sorted(FIXTURES.rglob("*")):
        parts = path.relative_to(FIXTURES).parts
        if path.is_file() and not any(part.startswith(NO_INPUT) for part in parts):
            yield path


def targets(specimen: Specimen) -> list[str]:
    """Return the other languages that *specimen* can be said in."""
    family = FORMATS[specimen.format].kind
    return [
        name
        for name, form in FORMATS.items()
        if form.writes and form.kind == family and name != specimen.format
    ]


@cache
def converted(specimen: Specimen, target: str, known: str) -> Conversion:
    """Return *specimen* said in *target*, as ``hatools convert`` would.

    Where much is known, the version of the target's program is, too.
    """
    much = known == "much known"
    program = FORMATS[target].program
    request = Request(
        specimen.source,
        target,
        specimen.format,
        target_versions={"": DEBIAN[program]} if much and program in DEBIAN else {},
        settings=Settings(KNOWN[known]),
        files=TreeFiles(str(specimen.path.parent)),
        resolve=_address if much else None,
    )
    return convert(request, FORMATS, codec)


def _address(name: str) -> str | None:
    """Return an address of host *name* of its own, None for what is an address."""
    if not name or set(name) <= set("0123456789.") or ":" in name or "/" in name:
        return None
    return _addresses(name)


_KNOWN_HOSTS: dict[str, str] = {}


def _addresses(name: str) -> str:
    number = len(_KNOWN_HOSTS)
    return _KNOWN_HOSTS.setdefault(name, f"10.99.{number // 250}.{number % 250 + 1}")


def written(*languages: str) -> Iterator[tuple[str, Conversion]]:
    """Return every conversion to *languages* that wrote something, by its name."""
    for specimen in specimens():
        for target in targets(specimen):
            for known in KNOWN if target in languages else ():
                conversion = converted(specimen, target, known)
                if conversion.files:
                    yield f"{specimen.id} to {target}, {known}", conversion


def save(files: Iterable[OutFile], folder: Path) -> list[Path]:
    """Write *files* into *folder*, as ``-o`` does; return their paths."""
    paths = []
    for file in files:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.text.encode("utf-8", "surrogateescape"))
        path.chmod(0o755 if file.executable else 0o644)
        paths.append(path)
    return paths


class Beside:
    """Files that stand in one folder, in memory: what an include, or a bond's port, is found in."""

    def __init__(self, files: Iterable[OutFile]) -> None:
        self.texts = {file.name: file.text for file in files}

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        wanted = posixpath.join(posixpath.dirname(near), pattern)
        return sorted(name for name in self.texts if fnmatch(name, wanted)), ""

    def load(self, path: str) -> Source:
        if path not in self.texts:
            raise UnreadableInput(f"{path}: no such file")
        return Source(path, self.texts[path])
