"""The keepalived.conf that stays when its services move to haproxy."""

from __future__ import annotations

import glob
import os
from pathlib import Path

import lab
import pytest

from hatools.plugin import Departure, Place
from hatools.plugin.settings import Settings
from hatools.text import Source
from hatools_keepalived.codec import KeepalivedCodec

CODEC = KeepalivedCodec()

ROUTER = """vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
        192.0.2.10/24   # web
    }
}
"""
SERVICE = """virtual_server 192.0.2.10 80 {
    protocol TCP
    lb_algo rr
    lb_kind NAT
    # the only one
    real_server 192.0.2.21 80 {
    }
}
"""
WATCH = "vrrp_track_process track_haproxy {\n    process haproxy\n}\n\n"
WATCHED = ROUTER[:-2] + "    track_process {\n        track_haproxy\n    }\n}\n"


class Folder:
    """The files beside a file, as a configuration includes them."""

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        return sorted(glob.glob(os.path.join(os.path.dirname(near), pattern))), ""

    def load(self, path: str) -> Source:
        return Source.from_bytes(path, Path(path).read_bytes())


def leave(
    text: str, version: str = "", path: str = "keepalived.conf", config_id: str = ""
) -> Departure | None:
    settings = Settings([f"config_id={config_id}"] if config_id else [])
    document = CODEC.parse(Source(path, text))
    return CODEC.leave(CODEC.read(CODEC.expand(document, Place(version, settings, Folder()))),
                       "haproxy")  # fmt: skip


def left(text: str, version: str = "", config_id: str = "") -> str:
    departure = leave(text, version, config_id=config_id)
    assert departure is not None
    return departure.files[0].text


def test_nothing_stays_without_vrrp() -> None:
    assert leave(SERVICE) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ROUTER}\n# the shop\n# and its server\n{SERVICE}", f"{WATCH}{WATCHED}\n"),
        (f"# top\n\n{SERVICE}\n{SERVICE}\n# vip\n{ROUTER}", f"# top\n\n{WATCH}# vip\n{WATCHED}"),
        (f"{ROUTER}\nSSL {{\n    ca /x\n}}\n\n# end\n", f"{WATCH}{WATCHED}\n# end\n"),
        (f"{SERVICE.replace('80 {', '80' + chr(10) + '{', 1)}{ROUTER}", f"{WATCH}{WATCHED}"),
        (
            f"global_defs {{\n    router_id A\n    lvs_sync_daemon eth0 VI_1\n}}\n{ROUTER}",
            f"global_defs {{\n    router_id A\n}}\n{WATCH}{WATCHED}",
        ),
    ],
)
def test_only_services_go(text: str, expected: str) -> None:
    assert left(text) == expected


def test_line_ends_stay() -> None:
    text = f"{ROUTER}\n{SERVICE}".replace("\n", "\r\n")
    assert left(text) == f"{WATCH}{WATCHED}\n".replace("\n", "\r\n")


def test_old_versions_get_a_script() -> None:
    text = left(ROUTER, "2.0.5")
    assert "vrrp_script track_haproxy {" in text
    assert "track_script {" in text
    assert "process" not in text


def test_members_of_a_group_are_watched_through_it() -> None:
    group = "vrrp_sync_group G {\n    group {\n        VI_1\n    }\n}\n"
    expected = group[:-2] + "    track_process {\n        track_haproxy\n    }\n}\n"
    assert left(group + ROUTER) == WATCH + expected + ROUTER


@pytest.mark.parametrize(
    "tracker",
    [
        "vrrp_track_process web {\n    process haproxy\n}\n",
        'vrrp_script web {\n    script "/usr/bin/killall -0 haproxy"\n}\n',
    ],
)
def test_what_is_tracked_already_stays_as_it_is(tracker: str) -> None:
    kind = "process" if "process" in tracker else "script"
    text = tracker + ROUTER[:-2] + f"    track_{kind} {{\n        web\n    }}\n}}\n"
    assert left(text) == text


def test_what_stays_is_told() -> None:
    departure = leave(f"{ROUTER}{SERVICE}")
    assert departure is not None
    assert departure.stays == {(0, number) for number in (0, 1, 2, 3, 4)}
    assert len(departure.assumptions) == 1


def test_services_of_other_places_go_too() -> None:
    service = SERVICE.replace("virtual_server", "@a virtual_server", 1)
    both = service.replace("\n", "\n@b virtual_server 192.0.2.11 80 {\n", 1)
    elsewhere = "".join(f"@b {line}\n" for line in SERVICE.splitlines() if "#" not in line)
    assert left(f"{ROUTER}{both}{elsewhere}", config_id="a") == f"{WATCH}{WATCHED}"


def test_included_files_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "shop.conf").write_text(f"# the shop\n{SERVICE}# notes\n")
    main = f"include conf.d/*.conf\n{ROUTER}"
    departure = leave(main, path=str(tmp_path / "lb.conf"))
    assert departure is not None
    assert [(file.name, file.text) for file in departure.files] == [
        ("keepalived.conf", f"include conf.d/*.conf\n{WATCH}{WATCHED}"),
        ("conf.d/shop.conf", "# notes\n"),
    ]


BRACES = """vrrp_instance VI_2 { interface eth0
 virtual_router_id 52
 virtual_ipaddress { 192.0.2.11/24 } }
"""


@pytest.mark.real("keepalived", "ip")
@pytest.mark.parametrize(
    "text",
    [
        f"{ROUTER}\n{SERVICE}",
        f"{BRACES}{SERVICE}",
        f"vrrp_sync_group G {{\n group {{\n VI_1\n VI_2\n }}\n}}\n{ROUTER}{BRACES}{SERVICE}",
        f"global_defs {{\n lvs_sync_daemon eth0 VI_1\n}}\n{SERVICE}{ROUTER}",
    ],
)
def test_keepalived_takes_what_stays(text: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.conf", tmp_path / "after.conf"
    before.write_text(text)
    after.write_text(left(text))
    assert lab.keepalived_check(before).accepted
    verdict = lab.keepalived_check(after)
    assert verdict.accepted, verdict.output
