"""What we write, in every direction, is taken by the program that it is for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import ipvs_kernel
import lab
import pytest
from directions import KNOWN, Specimen, converted, save, specimens, targets, written

from hatools.convert import Conversion


def into(target: str) -> pytest.MarkDecorator:
    """Run a test for each configuration that can be said in *target*."""
    found = [specimen for specimen in specimens() if target in targets(specimen)]
    return pytest.mark.parametrize("specimen", found, ids=lambda specimen: specimen.id)


def conversions(specimen: Specimen, target: str) -> list[Conversion]:
    """Return what was written of *specimen* in *target*, with little and with much known."""
    found = [converted(specimen, target, known) for known in KNOWN]
    files = {tuple(conversion.files): conversion for conversion in found if conversion.files}
    return list(files.values())


@pytest.mark.real("haproxy")
@into("haproxy")
def test_haproxy_takes_it(specimen: Specimen, tmp_path: Path) -> None:
    for conversion in conversions(specimen, "haproxy"):
        main, *_ = save(conversion.files, tmp_path)
        verdict = lab.haproxy_check(main)
        assert verdict.accepted, f"{verdict.output}\n{conversion.files[0].text}"


@pytest.mark.real("keepalived", "ip")
@into("keepalived")
def test_keepalived_takes_it(specimen: Specimen, tmp_path: Path) -> None:
    for conversion in conversions(specimen, "keepalived"):
        main, *_ = save(conversion.files, tmp_path)
        verdict = lab.keepalived_check(main)
        assert verdict.accepted, f"{verdict.output}\n{conversion.files[0].text}"


@pytest.mark.real("keepalived", "ip")
@pytest.mark.parametrize(
    "specimen",
    [specimen for specimen in specimens() if specimen.format == "keepalived"],
    ids=lambda specimen: specimen.id,
)
def test_keepalived_says_of_what_stays_only_what_it_said_of_the_source(
    specimen: Specimen, tmp_path: Path
) -> None:
    for target in targets(specimen):
        for conversion in conversions(specimen, target):
            for path in save(conversion.files[1:], tmp_path):
                if path.suffix == ".conf" and "keepalived" in path.name:
                    after = _complaints(path)
                    before = _complaints(specimen.path) if after else set()
                    if any(LOST.search(line) for line in before):
                        continue
                    assert after <= before, path.read_text("utf-8", "surrogateescape")


LOST = re.compile("Unknown keyword|missing '}'|extra '}'")  # its blocks are not where they seem


def _complaints(path: Path) -> set[str]:
    """Return what keepalived says of a file, without where and by which process."""
    verdict = lab.keepalived_check(path)
    if verdict.accepted:
        return set()
    lines = [re.sub(r"\([^)]*Line \d+\) ?", "", line) for line in verdict.output.splitlines()]
    return {line.replace(path.name, "FILE") for line in lines}


@pytest.mark.real("nmcli")
@into("nmcli")
def test_nmcli_takes_the_commands(specimen: Specimen) -> None:
    conversion = converted(specimen, "nmcli", "much known")
    for file in conversion.files:
        for line in file.text.splitlines()[1:]:
            verdict = lab._run(["nmcli", "--offline", *shlex.split(line)[1:]])
            assert verdict.accepted, f"{line}\n{verdict.output}"


@pytest.mark.real("nmcli")
@into("keyfile")
def test_nmcli_takes_the_keyfiles(specimen: Specimen) -> None:
    conversion = converted(specimen, "keyfile", "much known")
    for file in conversion.files:
        modify = ["nmcli", "--offline", "connection", "modify", "connection.id", "x"]
        verdict = lab._run(modify, file.text)
        assert verdict.accepted, f"{verdict.output}\n{file.text}"


@pytest.mark.real("sh")
@pytest.mark.parametrize("target", ["ipvsadm", "ifcfg", "haproxy", "keepalived", "nmcli"])
def test_the_shell_takes_every_script(target: str, tmp_path: Path) -> None:
    for name, conversion in written(target):
        for path in save(conversion.files, tmp_path):
            if path.suffix == ".sh" or path.name.startswith("ifcfg-"):
                verdict = lab._run(["sh", "-n", str(path)])
                assert verdict.accepted, f"{name}: {verdict.output}"


_EACH = """
for file in *.rules; do
    echo "== $file"
    ipvsadm -C
    ipvsadm --restore < "$file" || echo "refused: $?"
    ipvsadm -S -n
    echo "-- order"
    ipvsadm -Ln --nosort
done
"""


@pytest.mark.real("linux.uml", "ipvsadm")
def test_a_kernel_shows_the_rules_as_written(tmp_path: Path) -> None:
    """A save has the same lines; the listing has each service's servers, the last one first."""
    tables = _tables(conversion.files[0].text for _, conversion in written("ipvsadm"))
    for number, lines in enumerate(tables):
        (tmp_path / f"{number:03}.rules").write_text("".join(f"{line}\n" for line in lines))
    status, output = ipvs_kernel.run(tmp_path, _EACH, seconds=90.0)
    assert status == 0, output
    parts = output.split("== ")[1:]
    for lines, part in zip(tables, parts, strict=True):
        shown, _, listed = part.partition("\n")[2].partition("-- order\n")
        rules = [re.sub(r" -[xy] \d+", "", line) for line in lines]
        saved = shown.replace(" --tun-type ipip", "").splitlines()
        assert sorted(saved) == sorted(rules)
        assert _listed(listed) == _ordered(lines)


def _tables(texts: Iterable[str]) -> list[list[str]]:
    """Return the lines of *texts*, those that share no service joined into one table."""
    tables: list[tuple[set[str], list[str]]] = []
    for text in dict.fromkeys(texts):
        lines = [line for line in text.splitlines() if _has_scheduler(line, text)]
        services = {" ".join(line.split()[1:3]) for line in lines}
        fitting = (table for table in tables if not table[0] & services)
        known, joined = next(fitting, (set(), []))
        if not joined:
            tables.append((known, joined))
        known |= services
        joined += lines
    return [joined for _, joined in tables]


def _has_scheduler(line: str, text: str) -> bool:
    """Tell whether the kernel at hand has what *line* of *text* needs: Debian's has no twos."""
    service = " ".join(line.split()[1:3])
    return not re.search(rf"^-A {re.escape(service)} -s twos\b", text, re.MULTILINE)


def _listed(text: str) -> dict[str, list[str]]:
    """Return the servers of each service of a listing, in the order that it shows."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        words = line.split()
        if words[0] in ("TCP", "UDP", "SCTP", "FWM"):
            servers = found.setdefault(" ".join(words[:2]), [])
        elif words[0] == "->" and words[1] != "RemoteAddress:Port":
            servers.append(words[1])
    return found


_KINDS = {"-t": "TCP", "-u": "UDP", "--sctp-service": "SCTP", "-f": "FWM"}


def _ordered(lines: list[str]) -> dict[str, list[str]]:
    """Return the servers of each service that *lines* make: a new one is put before the others."""
    found: dict[str, list[str]] = {}
    for line in lines:
        words = line.split()
        servers = found.setdefault(f"{_KINDS[words[1]]} {words[2]}", [])
        if words[0] == "-a":
            servers.insert(0, words[words.index("-r") + 1])
    return found
