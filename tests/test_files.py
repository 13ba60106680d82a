"""Files: read with advice, included only from inside, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatools.convert.files import TreeFiles, braces, load, refuse_sources, write_whole
from hatools.errors import BadSetting, HatoolsError, UnreadableInput
from hatools.plugin import OutFile, Settings


@pytest.mark.parametrize(
    ("pattern", "choices"),
    [
        ("a", ["a"]),
        ("{a,b}.conf", ["a.conf", "b.conf"]),
        ("x{a,b{1,2}}y", ["xay", "xb1y", "xb2y"]),
        ("{a,b}{c,d}", ["ac", "ad", "bc", "bd"]),
        ("{a", ["{a"]),
        ("a}", ["a}"]),
        ("{}", [""]),
    ],
)
def test_braces_expand_as_in_csh(pattern: str, choices: list[str]) -> None:
    assert braces(pattern) == choices


@given(st.text(alphabet="a{},", max_size=12))
def test_braces_never_fail(pattern: str) -> None:
    assert braces(pattern)


def test_includes_stay_inside_the_tree(tmp_path: Path) -> None:
    inside = tmp_path / "etc"
    (inside / "conf.d").mkdir(parents=True)
    for name in "b.conf", "a.conf":
        (inside / "conf.d" / name).write_text(name)
    (tmp_path / "secret.conf").write_text("secret")
    os.symlink(tmp_path / "secret.conf", inside / "conf.d" / "link.conf")
    files = TreeFiles(str(inside))
    main = str(inside / "main.conf")
    found, refused = files.find("conf.d/*.conf", main)
    assert [Path(path).name for path in found] == ["a.conf", "b.conf"]
    assert "link.conf lies outside" in refused
    assert files.find("../secret.conf", main)[0] == []
    assert "outside" in files.find("../secret.conf", main)[1]
    assert files.find("/etc/passwd", main) == ([], f"/etc/passwd lies outside {inside}")
    with pytest.raises(UnreadableInput):
        files.load(str(tmp_path / "secret.conf"))
    assert files.load(found[0]).text == "a.conf"


@pytest.mark.parametrize("name", ["no-such-file", "."])
def test_what_cannot_be_read_is_said_with_advice(name: str) -> None:
    with pytest.raises(UnreadableInput) as error:
        load(name)
    assert error.value.advice


def test_files_are_written_whole(tmp_path: Path) -> None:
    old = tmp_path / "main.cfg"
    old.write_text("old")
    old.chmod(0o600)
    paths = write_whole(
        str(tmp_path), [OutFile("main.cfg", "new\udcff"), OutFile("sub/run.sh", "#!", "", True)]
    )
    assert paths == [str(old), str(tmp_path / "sub" / "run.sh")]
    assert old.read_bytes() == b"new\xff"
    assert old.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "sub" / "run.sh").stat().st_mode & 0o100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["main.cfg", "sub"]


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "real.cfg").write_text("old")
    (tmp_path / "link.cfg").symlink_to("real.cfg")
    write_whole(str(tmp_path), [OutFile("link.cfg", "new")])
    assert (tmp_path / "link.cfg").is_symlink()
    assert (tmp_path / "real.cfg").read_text() == "new"


def test_a_pipe_is_written_into_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert write_whole(str(tmp_path), [OutFile("pipe", "text")]) == [str(pipe)]
        assert os.read(reader, 100) == b"text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("source", "plain", "script"),
    [(0o600, 0o600, 0o700), (0o640, 0o640, 0o750), (0o644, 0o644, 0o755)],
)
def test_what_was_private_stays_private(
    source: int, plain: int, script: int, tmp_path: Path
) -> None:
    origin = tmp_path / "keepalived.conf"
    origin.write_text("auth_pass s3cr3t")
    origin.chmod(source)
    umask = os.umask(0o022)
    try:
        one, other = write_whole(
            str(tmp_path), [OutFile("a", ""), OutFile("b.sh", "", "", True)], [str(origin)]
        )
    finally:
        os.umask(umask)
    assert os.stat(one).st_mode & 0o777 == plain
    assert os.stat(other).st_mode & 0o777 == script


def test_nothing_is_half_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a directory")
    with pytest.raises(UnreadableInput):
        write_whole(str(tmp_path), [OutFile("a", "1"), OutFile("taken/b", "2")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["taken"]


def test_a_file_that_was_read_is_not_written_over(tmp_path: Path) -> None:
    source = tmp_path / "keepalived.conf"
    source.write_text("")
    (tmp_path / "link").symlink_to(source)
    with pytest.raises(BadSetting, match="was read"):
        refuse_sources([str(tmp_path / "link")], [str(source)])


def test_settings_answer_by_object_then_for_all() -> None:
    settings = Settings(["vip=192.0.2.1", "vip@web=192.0.2.2", "port@web = 80", "vpi=x"])
    assert settings.get("vip", "web") == "192.0.2.2"
    assert settings.get("vip", "mail") == "192.0.2.1"
    assert settings.get("port", "mail") is None
    assert dict(settings.unused()) == {"port@web": "port", "vpi": "vip"}
    assert settings.get("port", "web") == "80"


@pytest.mark.parametrize("text", ["vip", "=x", " =x"])
def test_a_setting_needs_a_key_and_a_value(text: str) -> None:
    with pytest.raises(HatoolsError):
        Settings([text])


def test_no_file_is_found_by_a_name_that_none_can_have(tmp_path: Path) -> None:
    assert TreeFiles(str(tmp_path)).find("a\0b", "x.conf")[0] == []
