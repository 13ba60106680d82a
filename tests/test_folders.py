"""Folders whose files are one thing: the cases, the laws, and what cannot be read."""

from __future__ import annotations

import builtins
import json
import os
from pathlib import Path
from typing import Any

import pytest
from corpus import CORPUS, WHY_NOT
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import ROOT, hatools
from link_cases import FORGOTTEN, FORMATS, WRITTEN, write
from test_links_laws import WORDS, bonds

from hatools.convert import Conversion, Request, convert
from hatools.convert.files import write_whole
from hatools.errors import HatoolsError, UnknownFormat, UnreadableInput
from hatools.model import Outcome, Topology
from hatools.model.bond import Bond
from hatools.plugin import Codec, Format, OutFile
from hatools.reading import Folder
from hatools.reading.files import opened
from hatools.text import Source

CASES = sorted((ROOT / "fixtures" / "folders").iterdir())
LINKS = ROOT / "fixtures" / "links"
KEYFILES, IFCFG = LINKS / "keyfiles-of-a-bond" / "input", LINKS / "ifcfg-of-a-bond" / "input"
UPDATE = os.environ.get("HATOOLS_UPDATE") == "1"
SPANNING = ("keyfile", "ifcfg")


def load(form: Format) -> Codec:
    return form.load()


def folder(path: Path, form: str = "") -> Folder:
    source, _ = opened(str(path), FORMATS, load, form)
    assert isinstance(source, Folder)
    return source


def converted(source: Folder, target: str) -> Conversion:
    """Convert *source*, and hold the answer to the laws; re-reading is `convert`'s own."""
    made = convert(Request(source, target), FORMATS, load)
    entries = list(made.account.entries())
    documents = made.reading.expansion.documents
    assert [each.source for each in documents] == list(source.sources)
    places = [entry.source for entry in entries if entry.source]
    assert len(places) == len(set(places))
    assert all(entry.outcome is Outcome.ASSUMED for entry in entries if not entry.source)
    wanted = {document.span(n) for document in documents for n in document.counted()}
    assert set(places) == wanted
    for entry in entries:
        assert entry.reason not in FORGOTTEN, entry
        assert all(part.reason not in FORGOTTEN for part in entry.parts), entry
    names = [file.name for file in made.files]
    assert len(names) == len(set(names))
    if target == source.form:
        assert {file.name: file.text for file in made.files} == {
            os.path.basename(each.path): each.text for each in source.sources
        }
        assert all(entry.outcome is Outcome.KEPT for entry in entries)
    return made


def told(case: Path) -> str:
    """Return all that hatools makes of a folder, as text."""
    try:
        sources = [folder(Path("input"))]
        parts = []
    except HatoolsError as error:
        parts = [f"{error.message}; {error.advice}", ""]
        sources = [folder(Path("input"), form) for form in SPANNING]
    for source in sources:
        parts += [f"[{source.form}]"]
        for number, target in enumerate(name for name in WRITTEN if name != source.form):
            made = converted(source, target)
            if not number:
                alone = [each for each in made.diagnostics if each not in made.writing.diagnostics]
                parts += [str(each) for each in alone]
            parts += ["", f"[{target}: account]"]
            for entry in made.account.entries():
                if entry.reason and entry.source:
                    place = f"{entry.source.path}:{entry.source.line}"
                    parts.append(f"{place} {entry.outcome.value}: {entry.reason}")
            for file in made.files:
                parts += ["", f"[{target}: {file.name}]", file.text.rstrip("\n")]
        parts.append("")
    return "\n".join(parts)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case)
    made = told(case)
    expected = case / "expected.txt"
    if UPDATE:
        expected.write_text(made)
    assert made == expected.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_input_comes_back_byte_for_byte(case: Path) -> None:
    for form in SPANNING:
        try:
            source = folder(case / "input", form)
        except UnknownFormat:
            continue
        for file in converted(source, form).files:
            data = file.text.encode("utf-8", "surrogateescape")
            assert data == (case / "input" / file.name).read_bytes()


# Laws ----------------------------------------------------------------------------------------

REAL = sorted((CORPUS / "dev" / "bonding").glob("*")) if CORPUS.exists() else []


@pytest.mark.skipif(not REAL, reason=WHY_NOT)
@pytest.mark.parametrize("form", SPANNING)
def test_the_corpus_as_folders(form: str, tmp_path: Path) -> None:
    """The files of one origin as a folder, and all of them as one."""
    mark = {"keyfile": ".nmconnection", "ifcfg": "ifcfg-"}[form]
    mine = [path for path in REAL if mark in path.name]
    assert mine
    for path in mine:
        group, _, name = path.name.partition("__")
        for where in (tmp_path / group / name, tmp_path / "all" / path.name):
            where.parent.mkdir(exist_ok=True)
            where.write_bytes(path.read_bytes())
    for group in sorted(tmp_path.iterdir()):
        source = folder(group, form)
        assert len(source.sources) == len(list(group.iterdir()))
        for target in WRITTEN:
            converted(source, target)


NAMES = {
    "keyfile": ["a.nmconnection", "bond0.nmconnection", "bond1.nmconnection", "x"],
    "ifcfg": ["ifcfg-bond0", "ifcfg-bond1", "ifcfg-eth0", "route-bond0", "rule-bond0", "route6-"],
}
HEADS = {
    "keyfile": ["", "[connection]\ntype=bond\ninterface-name=bond0\n[bond]\nmode=4\n",
                "[connection]\ntype=bond\nid=bond0\ninterface-name=bond1\n",
                "[connection]\ntype=ethernet\nmaster=bond0\nslave-type=bond\n"],
    "ifcfg": ["", "DEVICE=bond0\nBONDING_OPTS=mode=4\n", "DEVICE=eth0\nMASTER=bond0\n",
              "NAME=bond0\nUUID=7\nBONDING_OPTS=mode=1\n", "192.0.2.0/24 via 192.0.2.1\n"],
}  # fmt: skip


@pytest.mark.parametrize("form", SPANNING)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_folder(form: str, data: st.DataObject) -> None:
    words = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "\n", "="])))
    texts = data.draw(
        st.dictionaries(
            st.sampled_from(NAMES[form]), st.tuples(st.sampled_from(HEADS[form]), words), min_size=1
        )
    )
    sources = tuple(
        Source(f"d/{name}", head + "".join(word + gap for word, gap in tail))
        for name, (head, tail) in sorted(texts.items())
    )
    for target in WRITTEN:
        converted(Folder("d", sources, form), target)


@settings(max_examples=100, deadline=None)
@given(st.lists(bonds(), max_size=3), st.data())
def test_bonds_whose_names_clash_read_back(made: list[Bond], data: st.DataObject) -> None:
    """A bond may be called as another one's connection, or as another bond."""
    names = st.sampled_from(["bond0", "bond1", "bond2"])
    for bond in made:
        bond.name, bond.connection = data.draw(names), data.draw(names)
        bond.mode = data.draw(st.sampled_from([bond.mode, bond.mode, ""]))
    for form in WRITTEN:
        write(form, Topology(bonds=made))


# What cannot be read -------------------------------------------------------------------------


def refused(path: Path, form: str = "") -> str:
    with pytest.raises(HatoolsError) as error:
        folder(path, form)
    assert error.value.advice
    return f"{error.value.message}; {error.value.advice}"


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    assert "no file is in this directory" in refused(tmp_path)


def test_a_folder_of_strangers(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here\n")
    (tmp_path / "empty").write_text("")
    assert "in a format that hatools knows" in refused(tmp_path)
    assert "no file in this directory is ifcfg" in refused(tmp_path, "ifcfg")
    assert "no format is called 'ifcg'" in refused(tmp_path, "ifcg")


def test_a_format_that_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "bonds.sh").write_text("nmcli con add type bond ifname bond0\n")
    assert "name the file: " + str(tmp_path / "bonds.sh") in refused(tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("bond0.nmconnection", "eth0.nmconnection"):
        (tmp_path / name).write_bytes((KEYFILES / name).read_bytes())
    usual = builtins.open

    def closed(path: Any, *rest: Any, **more: Any) -> Any:
        if str(path).endswith("eth0.nmconnection"):
            raise PermissionError(13, "Permission denied", path)
        return usual(path, *rest, **more)

    monkeypatch.setattr(builtins, "open", closed)
    with pytest.raises(UnreadableInput, match=r"eth0.nmconnection: Permission denied"):
        folder(tmp_path)


def test_links_out_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    inside = tmp_path / "d"
    inside.mkdir()
    (tmp_path / "secret").write_bytes((IFCFG / "ifcfg-eth0").read_bytes())
    (inside / "ifcfg-eth7").symlink_to(tmp_path / "secret")
    (inside / "ifcfg-gone").symlink_to("nowhere")
    (inside / "ifcfg-bond0").write_bytes((IFCFG / "ifcfg-bond0").read_bytes())
    os.mkfifo(inside / "pipe")
    source = folder(inside)
    assert [os.path.basename(each.path) for each in source.sources] == ["ifcfg-bond0"]
    said = " ".join(each.message for each in source.remarks)
    assert "links out of" in said
    assert "no regular files" in said
    wider, _ = opened(str(inside), FORMATS, load, root=str(tmp_path))
    assert isinstance(wider, Folder)
    assert len(wider.sources) == 2


def test_a_file_of_two_formats_takes_that_of_the_folder(tmp_path: Path) -> None:
    for name in ("ifcfg-bond0", "ifcfg-eth0"):
        (tmp_path / name).write_bytes((IFCFG / name).read_bytes())
    twin = FORMATS["ifcfg"]._replace(
        name="twin", recognise=lambda path, head: 96 if "eth0" in path else 0
    )
    source, _ = opened(str(tmp_path), {**FORMATS, "twin": twin}, load)
    assert isinstance(source, Folder)
    assert (source.form, len(source.sources)) == ("ifcfg", 2)


# The command line ----------------------------------------------------------------------------


def modes(path: Path) -> set[int]:
    return {file.stat().st_mode & 0o777 for file in path.iterdir()}


def test_a_bond_and_its_ports_are_written_as_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = hatools("convert", IFCFG, "--to", "keyfile", "-o", f"{out}/")
    assert ran.status == 0, ran.stderr
    assert {path.name for path in out.iterdir()} == {
        "bond0.nmconnection", "bond0-eth0.nmconnection", "port 2.nmconnection",
    }  # fmt: skip
    assert modes(out) == {0o600}
    ran = hatools("diff", IFCFG, out)
    assert ran.status == 0, ran.stdout


def test_on_standard_output_is_the_main_file(tmp_path: Path) -> None:
    ran = hatools("convert", IFCFG, "--to", "keyfile")
    assert "interface-name=bond0" in ran.stdout
    assert "slave-type" not in ran.stdout
    assert "not written: bond0-eth0.nmconnection (a port of bond0); -o DIR" in ran.stderr
    alone = tmp_path / "alone"
    assert hatools("convert", IFCFG, "--to", "keyfile", "-o", alone).status == 0
    assert alone.read_text() == ran.stdout
    assert modes(tmp_path) == {0o600}


def test_the_report_names_folder_and_files() -> None:
    ran = hatools("convert", KEYFILES, "--to", "ifcfg", "--report", "json")
    report = json.loads(ran.stderr)
    assert report["source"]["path"] == str(KEYFILES)
    paths = {entry["source"]["path"] for entry in report["entries"]}
    assert paths == {str(path) for path in KEYFILES.iterdir()}
    assert report["files"][0]["name"] == "ifcfg-bond0"


@pytest.mark.parametrize("source", [KEYFILES, IFCFG], ids=SPANNING)
def test_the_same_format_gives_each_file_back(source: Path, tmp_path: Path) -> None:
    form = SPANNING[source == IFCFG]
    for name in source.iterdir():
        (tmp_path / name.name).write_bytes(name.read_bytes())
    (tmp_path / "notes").write_text("mine\n")
    out = tmp_path / "out"
    ran = hatools("convert", tmp_path, "--to", form, "-o", f"{out}/")
    assert ran.status == 0, ran.stderr
    assert "HT004" in ran.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in source.iterdir()
    }
    ran = hatools("convert", tmp_path, "--to", form, "-o", tmp_path)
    assert ran.status == 2
    assert "not written over" in ran.stderr


def test_a_file_that_was_left_alone_is_not_written_over(tmp_path: Path) -> None:
    for name in KEYFILES.iterdir():
        (tmp_path / name.name).write_bytes(name.read_bytes())
    mine = tmp_path / "ifcfg-bond0"
    mine.write_text("mine\n")
    ran = hatools("convert", tmp_path, "--to", "ifcfg", "-o", tmp_path)
    assert ran.status == 2
    assert mine.read_text() == "mine\n"


def test_several_formats_are_named() -> None:
    case = ROOT / "fixtures" / "folders" / "several-formats" / "input"
    ran = hatools("convert", case, "--to", "nmcli")
    assert ran.status == 2
    assert "keyfile (bond0.nmconnection, eth0.nmconnection)" in ran.stderr
    assert "--from" in ran.stderr
    ran = hatools("convert", case, "--to", "keyfile", "--from", "ifcfg")
    assert ran.status == 0
    assert "left alone" in ran.stderr
    assert "--left-format" in hatools("diff", case, KEYFILES).stderr


def test_what_was_private_stays_so_and_keyfiles_always_are(tmp_path: Path) -> None:
    (tmp_path / "open").write_text("")
    (tmp_path / "open").chmod(0o644)
    (tmp_path / "shut").write_text("")
    (tmp_path / "shut").chmod(0o600)
    like = [str(tmp_path / name) for name in ("open", "shut", "gone")]
    (path,) = write_whole(str(tmp_path), [OutFile("new", "")], like)
    assert os.stat(path).st_mode & 0o777 == 0o600
    (path,) = write_whole(str(tmp_path), [OutFile("open", "")], like, private=True)
    assert os.stat(path).st_mode & 0o777 == 0o600
