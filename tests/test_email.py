"""Mail to a real SMTP server: it goes out, waits, comes once, in one thread, with no secret."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mail_server import PASSWORD, USER, MailServer, certificate

from hatools.errors import BadSetting
from hatools.model import Mail
from hatools.model.event import Event
from hatools_email.exporter import EmailExporter

QUICK = {
    "group-wait": 0.1,
    "update-every": 0.2,
    "recovery-wait": 0.2,
    "retry-first": 0.1,
    "retry-most": 0.3,
    "timeout": 1.0,
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def server(keys: tuple[Path, Path]) -> Iterator[MailServer]:
    made = MailServer(*keys)
    yield made
    made.close()


class Sender:
    """An exporter under test, and what it logged."""

    def __init__(self, folder: Path, server: MailServer, cert: Path, **more: Any) -> None:
        self.logged: list[str] = []
        self.exporter = EmailExporter()
        self.settings = {
            "to": ["ops@example.com"],
            "servers": [f"127.0.0.1:{server.port}"],
            "security": "starttls",
            "user": USER,
            "password": PASSWORD,
            "ca-file": str(cert),
            **QUICK,
            **more,
            "state": str(folder),
            "node": "lb1",
            "log": lambda level, text: self.logged.append(f"{level}: {text}"),
        }
        self.exporter.start(self.settings)

    def tell(self, subject: str, up: bool, reason: str = "refused") -> None:
        details = {"up": up, "reason": reason}
        self.exporter.export([Event(time.time(), "server", subject, details)])

    def close(self) -> None:
        self.exporter.close(1.0)
        assert all(PASSWORD not in line for line in self.logged), self.logged


def subjects(server: MailServer) -> list[str]:
    return [str(mail["Subject"]) for _, mail in server.box]


def test_an_incident_is_one_thread(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    sender = Sender(tmp_path, server, keys[1], to=["ops@example.com", "night@example.com"])
    sender.tell("shop/web1", False, "connection <refused>")
    sender.tell("shop/web2", False)
    server.wait(1)
    sender.tell("shop/web3", False)
    server.wait(2)
    for name in ("web1", "web2", "web3"):
        sender.tell(f"shop/{name}", True)
    server.wait(3)
    sender.close()
    assert subjects(server) == [
        "[lb1] server shop/web1 is down, and 1 more",
        "[lb1] update: server shop/web1 is down, and 1 more",
        "[lb1] recovered: server shop/web1 is down, and 1 more",
    ]
    first, second, third = (mail for _, mail in server.box)
    assert server.box[0][0] == ["ops@example.com", "night@example.com"]
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"] == f"{first['Message-ID']} {second['Message-ID']}"
    plain, rich = first.get_payload()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert "DOWN      server shop/web1 is down: connection <refused>" in text(plain)
    assert "connection &lt;refused&gt;" in text(rich)
    assert server.logins == len({mail["Message-ID"] for _, mail in server.box}) == 3
    assert not list((tmp_path / "mail" / "queue").iterdir())


def text(part: Any) -> str:
    return str(part.get_payload(decode=True).decode())


def test_a_server_that_is_away_refuses_and_stalls_gets_it_later_and_once(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    server.down()
    sender = Sender(tmp_path, server, keys[1], timeout=0.3)
    sender.tell("shop/web1", False)
    time.sleep(0.5)
    for mood in ("refuses", "stalls", "silent"):
        server.mood = mood
        server.up()
        time.sleep(0.8)
        server.down()
    assert not server.box
    server.mood = "well"
    server.up()
    server.wait(1)
    time.sleep(0.5)
    sender.close()
    assert len(server.box) == 1
    assert len([line for line in sender.logged if "waits" in line]) == 1


def test_telling_never_waits(tmp_path: Path, server: MailServer, keys: tuple[Path, Path]) -> None:
    server.mood = "silent"
    sender = Sender(tmp_path, server, keys[1], timeout=30.0)
    longest = 0.0
    for number in range(2000):
        began = time.monotonic()
        sender.tell(f"shop/web{number}", False)
        longest = max(longest, time.monotonic() - began)
    time.sleep(0.3)
    began = time.monotonic()
    sender.close()
    assert time.monotonic() - began < 1.0
    assert longest < 0.1


def test_what_was_not_sent_is_sent_by_the_next_process(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    server.down()
    first = Sender(tmp_path, server, keys[1])
    first.tell("shop/web1", False)
    time.sleep(0.4)
    first.close()
    assert len(list((tmp_path / "mail" / "queue").iterdir())) == 1
    server.up()
    second = Sender(tmp_path, server, keys[1])
    server.wait(1)
    second.tell("shop/web1", False)  # known
    second.tell("shop/web1", True)
    server.wait(2)
    second.close()
    assert subjects(server)[1] == "[lb1] recovered: server shop/web1 is down"
    assert server.box[1][1]["References"] == server.box[0][1]["Message-ID"]


def test_recipients_who_are_refused(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    server.unknown, server.waiting = {"gone@example.com"}, {"late@example.com"}
    to = ["ops@example.com", "gone@example.com", "late@example.com"]
    sender = Sender(tmp_path, server, keys[1], to=to)
    sender.tell("shop/web1", False)
    server.wait(1)
    server.waiting = set()
    server.wait(2)
    sender.close()
    assert [to for to, _ in server.box] == [["ops@example.com"], ["late@example.com"]]
    assert server.box[0][1]["Message-ID"] == server.box[1][1]["Message-ID"]
    assert any("gone@example.com" in line for line in sender.logged)


def test_a_letter_that_nobody_takes_is_put_aside(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    server.mood = "never"
    sender = Sender(tmp_path, server, keys[1])
    sender.tell("shop/web1", False)
    time.sleep(0.8)
    sender.close()
    assert len(list((tmp_path / "mail" / "refused").iterdir())) == 1
    assert any("554" in line and "********" in line for line in sender.logged)


def test_the_second_server_takes_it_and_a_password_needs_tls(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    plain = MailServer(*keys, secure=False)
    both = [f"127.0.0.1:{plain.port}", f"127.0.0.1:{server.port}"]
    sender = Sender(tmp_path, server, keys[1], servers=both, security="auto")
    sender.tell("shop/web1", False)
    server.wait(1)
    sender.close()
    assert not plain.box
    open_sender = Sender(tmp_path / "b", plain, keys[1], user="", password="", security="none")
    open_sender.tell("shop/web1", False)
    plain.wait(1)
    open_sender.close()
    plain.close()


def test_a_certificate_of_somebody_else_is_not_trusted(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    sender = Sender(tmp_path, server, keys[1], **{"ca-file": ""})
    sender.tell("shop/web1", False)
    time.sleep(0.6)
    sender.close()
    assert not server.box
    assert any("certificate" in line for line in sender.logged), sender.logged


def test_one_watch_at_a_time(tmp_path: Path, server: MailServer, keys: tuple[Path, Path]) -> None:
    sender = Sender(tmp_path, server, keys[1])
    with pytest.raises(BadSetting, match="another watch"):
        Sender(tmp_path, server, keys[1])
    sender.close()


def test_the_configurations_settings_count_where_the_user_says_nothing(
    tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    plain = MailServer(*keys, secure=False)
    mail = Mail(("ops@example.com",), "lb@example.com", "127.0.0.1", plain.port)
    exporter = EmailExporter()
    exporter.start({**QUICK, "state": str(tmp_path), "node": "lb1", "mail": lambda: [mail]})
    exporter.export([Event(time.time(), "quorum", "shop", {"reached": False, "weight": 0})])
    plain.wait(1)
    exporter.close(1.0)
    plain.close()
    assert "<lb@example.com>" in str(plain.box[0][1]["From"])


def test_nobody_named_nobody_told(tmp_path: Path) -> None:
    exporter = EmailExporter()
    exporter.start({"state": str(tmp_path), "node": "lb1"})
    exporter.export([Event(0.0, "server", "shop/web1", {"up": False})])
    exporter.close(1.0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"too": ["a@example.com"]}, "did you mean to"),
        ({"to": ["ops"]}, "no mail address"),
        ({"to": ["a@example.com\r\nBcc: b@example.com"]}, "no mail address"),
        ({"servers": ["mail:99999"]}, "no mail server"),
        ({"security": "ssl"}, "none of"),
        ({"user": "a", "password": "b", "security": "none"}, "in the clear"),
        ({"group-wait": "5s"}, "number"),
        ({"password-file": "/nowhere"}, "password-file"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSetting) as caught:
        EmailExporter().check(settings)
    assert said in f"{caught.value.message} {caught.value.advice}"


def test_half_a_letter_and_half_a_line_do_no_harm(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    folder = tmp_path / "mail"
    (folder / "queue").mkdir(parents=True)
    (folder / "queue" / "x.1").write_bytes(b"{half")
    (folder / "state.json").write_text("{half")
    record = {"now": time.time(), "time": time.time(), "kind": "server", "subject": "shop/web1",
              "details": {"up": False}}  # fmt: skip
    (folder / "journal.3").write_text(json.dumps(record) + '\n{"now": 1')
    sender = Sender(tmp_path, server, keys[1])
    server.wait(1)
    sender.close()
    assert subjects(server) == ["[lb1] server shop/web1 is down"]


def test_a_clock_that_jumps_gives_no_letter_up(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.down()
    sender = Sender(tmp_path, server, keys[1])
    sender.tell("shop/web1", False)
    time.sleep(0.3)
    real = time.time
    monkeypatch.setattr("hatools_email.mail_room.time.time", lambda: real() + 1e8)
    sender.tell("shop/web2", False)
    time.sleep(0.5)
    monkeypatch.setattr("hatools_email.mail_room.time.time", lambda: real() - 1e8)
    server.up()
    server.wait(2)
    sender.tell("shop/web1", True)
    sender.tell("shop/web2", True)
    server.wait(3)
    sender.close()


def test_what_nobody_takes_for_too_long_is_given_up(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    server.down()
    sender = Sender(tmp_path, server, keys[1], keep=0.2, **{"retry-most": 0.05})
    sender.tell("shop/web1", False)
    time.sleep(1.5)
    assert any("is given up" in line for line in sender.logged), sender.logged
    assert not list((tmp_path / "mail" / "queue").iterdir())
    sender.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="a small disk needs root")
def test_a_full_disk_is_reported_and_mail_goes_on(
    tmp_path: Path, server: MailServer, keys: tuple[Path, Path]
) -> None:
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=True)
    try:
        sender = Sender(disk, server, keys[1])
        with open(disk / "filler", "wb", buffering=0) as file:
            while True:
                try:
                    file.write(b"x" * 512)
                except OSError:
                    break
        sender.tell("shop/web1", False)
        server.wait(1)
        assert any("No space left" in line for line in sender.logged)
        (disk / "filler").unlink()
        sender.tell("shop/web1", True)
        server.wait(2)
        sender.close()
        assert len(sender.logged) <= 4
    finally:
        subprocess.run(["umount", "-l", disk], check=True)
