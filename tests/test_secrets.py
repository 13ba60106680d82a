"""Tokens and passwords in files: one way of reading them, whoever is to be shown them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hatools.errors import BadSetting
from hatools.plugin.secrets import LONGEST, read_secret, read_token
from hatools.watch import settings as watch_settings
from hatools_email import settings as email
from hatools_observers.peers import _token
from hatools_observers.settings import PeersSettings
from hatools_prometheus import settings as prometheus

SECRET = "c2VjcmV0LW9mLXRlc3Rz"


def of_watch(path: str) -> str:
    told = watch_settings.read("hatools.toml", {"watch": {"token-file": path}})
    return watch_settings.ready_to_listen(told)[0].token


def of_metrics(path: str) -> str:
    return prometheus.read({"listen": "127.0.0.1:0", "token-file": path}).token


def of_mail(path: str) -> str:
    return email.password(email.read({"user": "hatools", "password-file": path}))


def of_peers(path: str) -> str:
    return _token(PeersSettings(token_file=path))


READERS = (of_watch, of_metrics, of_mail, of_peers)
each = pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)


@each
def test_a_path_and_a_credential_of_systemd(
    read: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    assert read(str(tmp_path / "secret")) == SECRET
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read("secret") == SECRET
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "others"))
    assert read("secret") == SECRET, "a relative path that is no credential"


@each
@pytest.mark.parametrize(
    "content", [None, b"\xff\xfe", b"x" * (LONGEST + 1)], ids=["missing", "binary", "long"]
)
def test_what_cannot_be_used_is_refused_by_name_without_being_shown(
    read: Callable[[str], str], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSetting) as refused:
        read(str(path))
    assert str(path) in refused.value.message
    assert "xx" not in refused.value.message
    assert "\\x" not in refused.value.message


@each
def test_a_path_that_is_none(read: Callable[[str], str]) -> None:
    with pytest.raises(BadSetting):
        read("a\0b")


@pytest.mark.parametrize("read", [of_watch, of_metrics, of_peers])
@pytest.mark.parametrize("content", ["", "\n", "two words", "ключ"])
def test_what_is_no_token_opens_nothing(
    read: Callable[[str], str], tmp_path: Path, content: str
) -> None:
    (tmp_path / "token").write_text(content, encoding="utf-8")
    with pytest.raises(BadSetting, match="the token is"):
        read(str(tmp_path / "token"))


def test_a_password_keeps_its_blanks_and_neither_shows_itself(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(" of two words \r\n")
    read = read_secret(str(tmp_path / "secret"), "here", {}, open)
    assert read == " of two words "
    assert "words" not in repr(read)
    (tmp_path / "secret").write_text(f" {SECRET} \n")
    assert read_token(str(tmp_path / "secret"), "", {}, open) == SECRET
