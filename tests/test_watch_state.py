"""The folder of a watch's state: what cannot be used fails --check-config."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lab import hatools

from hatools.watch.checking import faults_of_state

CONFIG = "backend shop\n    server web1 192.0.2.11:80 check\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "haproxy.cfg").write_text(CONFIG)
    (tmp_path / "a file").touch()
    (tmp_path / "a link to nowhere").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a folder").mkdir()
    return tmp_path


def settings(folder: Path, state: str) -> str:
    path = folder / "hatools.toml"
    path.write_text(f'[watch]\nstate = "{folder / state}"\n')
    return str(path)


@pytest.mark.parametrize("state", ["a file", "a file/state", "a link to nowhere/state"])
def test_one_that_cannot_be_used_is_told(folder: Path, state: str) -> None:
    settings(folder, state)
    ran = hatools("watch", "--check-config", "haproxy.cfg", cwd=folder)
    assert ran.status == 2
    assert f"[watch] state: {folder / state} cannot be used" in ran.stderr
    assert "is no folder" in ran.stderr


@pytest.mark.parametrize("state", ["a folder", "new", "new/and/deep", "a folder/new"])
def test_one_that_can_be_used_is_left_as_it_is(folder: Path, state: str) -> None:
    before = sorted(folder.rglob("*"))
    assert not faults_of_state(settings(folder, state))
    assert sorted(folder.rglob("*")) == sorted({*before, folder / "hatools.toml"})


def test_one_in_which_nobody_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", "/hatools of a test")  # "/" is root's
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        (fault,) = faults_of_state("")
    finally:
        if root:
            os.seteuid(0)
    assert "cannot write in" in fault.message


def test_settings_that_cannot_be_read_are_told_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "hatools.toml").write_text("[watch]\nstate = 5\n")
    assert not faults_of_state(str(tmp_path / "hatools.toml"))
