"""Checks of keepalived and servers' answers: what a real keepalived makes of them is the judge.

A case is a checker (PORT is the server's, FOLDER a folder of the run) and what the server
does: a script for TCP and TLS, a row of replies for UDP, or a text that is put into a file.
"""

from __future__ import annotations

from hashlib import md5
from typing import NamedTuple

from scripted_server import HEAR, HOLD, RESET, WAIT, Script

PAGE = b"<h1>web1</h1>\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\nX-A: b\r\n\r\n"
OK = HEAD + PAGE
CHUNKED = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<h1>w\r\n",
           b"9\r\neb1</h1>\n\r\n0\r\n\r\n")  # fmt: skip
SPREAD = 0.04  # seconds between the first checks: the kernel of the guest is slow
EMPTY = b"\r\n\r\n"
COMMON = "retry 0\ndelay_before_retry 1\nwarmup WARMUP\n"
CONNECTING = COMMON + "connect_timeout 4\n"


class Case(NamedTuple):
    """A checker, and *speaks*: tcp, tls, udp or nothing, with the *script* of its server."""

    checker: str
    speaks: str = "tcp"
    script: Script = ()
    file: str = ""


def digest(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()


def http(
    *script: bytes | str, url: str = "", more: str = "", kind: str = "HTTP_GET", speaks: str = "tcp"
) -> Case:
    block = f"url {{\npath /\n{url}\n}}\n"
    return Case(f"{kind} {{\n{CONNECTING}{more}\n{block}}}", speaks, script)


def smtp(*script: bytes | str) -> Case:
    return Case(f"SMTP_CHECK {{\n{CONNECTING}helo_name lb1\n}}", "tcp", script)


def udp(*script: bytes | str, more: str = "") -> Case:
    return Case(f"UDP_CHECK {{\n{CONNECTING}payload 50494e47\n{more}\n}}", "udp", script)


def dns(*script: bytes | str, more: str = "type A\nname www.example.com") -> Case:
    return Case(f"DNS_CHECK {{\n{CONNECTING}{more}\n}}", "udp", script)


def script(text: str, more: str = "") -> Case:
    block = f'misc_path "/bin/sh FOLDER/PORT"\nmisc_timeout 4\nuser root\n{more}\n'
    return Case(f"MISC_CHECK {{\n{COMMON}{block}}}", "", (), text)


def file(content: str, more: str = "") -> Case:
    return Case(f"FILE_CHECK {{\ntrack_file f_PORT\n{more}\n}}", "", (), content)


def reply(rcode: int, flags: int = 0x81) -> bytes:
    """Return the rest of a DNS answer: the first two bytes are the question's."""
    return b"ID" + bytes([flags, 0x80 | rcode]) + b"\0\1\0\0\0\0\0\0"


TWICE = "url {\npath /two\nstatus_code 200\n}"

CASES: dict[str, Case] = {
    "tcp": Case(f"TCP_CHECK {{\n{CONNECTING}}}", "tcp", (HOLD,)),
    "tcp: refused": Case(f"TCP_CHECK {{\n{CONNECTING}connect_port 1\n}}", "tcp", (HOLD,)),
    "tcp: another port": Case(f"TCP_CHECK {{\n{CONNECTING}connect_port PORT\n}}", "tcp", (HOLD,)),
    "tcp: bound": Case(f"TCP_CHECK {{\n{CONNECTING}bindto 127.0.0.1\n}}", "tcp", (HOLD,)),
    "http": http(HEAR, OK),
    "http: 204": http(HEAR, b"HTTP/1.1 204 No Content\r\n\r\n"),
    "http: 301": http(HEAR, b"HTTP/1.1 301 Moved\r\n\r\n"),
    "http: 404": http(HEAR, b"HTTP/1.0 404 Not Found\r\n\r\n"),
    "http: wanted 404": http(HEAR, b"HTTP/1.0 404 X\r\n\r\n", url="status_code 301-302 404"),
    "http: unwanted 200": http(HEAR, OK, url="status_code 301-302 404"),
    "http: no reason": http(HEAR, b"HTTP/1.0 200\r\n\r\n"),
    "http: an empty reason": http(HEAR, b"HTTP/1.0 200 \r\n\r\n"),
    "http: version 2": http(HEAR, b"HTTP/2 200 OK\r\n\r\n"),
    "http: no HTTP": http(HEAR, b"SSH-2.0-OpenSSH_9\r\n\r\n"),
    "http: some other protocol": http(HEAR, b"ICY 200 OK\r\n\r\n"),
    "http: line feeds": http(HEAR, b"HTTP/1.0 200 OK\n\nok"),
    "http: no end of the head": http(HEAR, b"HTTP/1.0 200 OK\r\nX: y\r\n"),
    "http: closed": http(HEAR),
    "http: closed at once": http(),
    "http: reset": http(HEAR, RESET),
    "http: silent": http(HEAR, HOLD),
    "http: held after the answer": http(HEAR, OK, HOLD),
    "http: cut off": http(HEAR, OK[:-5]),
    "http: long head": http(HEAR, b"HTTP/1.0 200 OK\r\nX: " + b"y" * 5000 + b"\r\n\r\n"),
    "http: in pieces": http(HEAR, OK[:7], OK[7:30], OK[30:]),
    "http: 1.1": http(HEAR, OK, more="http_protocol 1.1"),
    "http: 1.0C": http(HEAR, OK, more="http_protocol 1.0C"),
    "digest": http(HEAR, OK, url=f"digest {digest(PAGE)}"),
    "digest: another": http(HEAR, OK, url=f"digest {digest(b'x')}"),
    "digest: more than its length": http(HEAR, OK, b"more", url=f"digest {digest(PAGE)}"),
    "digest: cut off": http(HEAR, OK[:-5], url=f"digest {digest(PAGE[:-5])}"),
    "digest: without a length": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\n" + PAGE, url=f"digest {digest(PAGE)}"
    ),
    "digest: small letters": http(
        HEAR, b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nabcd", url=f"digest {digest(b'abcd')}"
    ),
    "digest: chunks": http(
        HEAR, *CHUNKED, url=f"digest {digest(CHUNKED[0].partition(EMPTY)[2] + CHUNKED[1])}"
    ),
    "digest and status": http(HEAR, OK, url=f"digest {digest(PAGE)}\nstatus_code 204"),
    "regex": http(HEAR, OK, url='regex "<h1>.*</h1>"'),
    "regex: not there": http(HEAR, OK, url='regex "<h2>"'),
    "regex: in the head": http(HEAR, OK, url='regex "X-A"'),
    "regex: must not match": http(HEAR, OK, url='regex "web1"\nregex_no_match'),
    "regex: does not match": http(HEAR, OK, url='regex "web2"\nregex_no_match'),
    "regex: capitals": http(HEAR, OK, url='regex "WEB1"'),
    "regex: caseless": http(HEAR, OK, url='regex "WEB1"\nregex_options caseless'),
    "regex: a dot": http(HEAR, b"HTTP/1.0 200 OK\r\n\r\na\nb", url='regex "a.b"'),
    "regex: dotall": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\na\nb", url='regex "a.b"\nregex_options dotall'
    ),
    "regex: lines": http(HEAR, b"HTTP/1.0 200 OK\r\n\r\na\nb\n", url='regex "^b"'),
    "regex: multiline": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\na\nb\n", url='regex "^b"\nregex_options multiline'
    ),
    "regex: too early": http(HEAR, OK, url='regex "h1"\nregex_min_offset 99'),
    "regex: late enough": http(HEAR, OK, url='regex "h1"\nregex_min_offset 2'),
    "regex: too late": http(HEAR, OK, url='regex "web"\nregex_max_offset 3'),
    "regex: early enough": http(HEAR, OK, url='regex "web"\nregex_max_offset 4'),
    "regex: an end": http(HEAR, OK, url='regex "web1$"'),
    "regex: the end": http(HEAR, b"HTTP/1.0 200 OK\r\n\r\nweb1", url='regex "web1$"'),
    "regex: could go on": http(HEAR, b"HTTP/1.0 200 OK\r\n\r\nweb1", url='regex "web[0-9]+"'),
    "regex: does not go on": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\nweb1\n", url='regex "web[0-9]+"'
    ),
    "regex: in the head, alone": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\n", WAIT, b"web1", url='regex "OK"'
    ),
    "regex: begins": http(HEAR, b"HTTP/1.0 200 OK\r\n\r\n", WAIT, b"web1", url='regex "^web1"'),
    "regex: offset alone": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\n", WAIT, b"xxab", url='regex "ab"\nregex_max_offset 2'
    ),
    "regex: offset alone, too late": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\n", WAIT, b"xxab", url='regex "ab"\nregex_max_offset 1'
    ),
    "regex: in pieces": http(
        HEAR, b"HTTP/1.0 200 OK\r\n\r\nwe", b"b1", url='regex "web1"'
    ),
    "regex: class": http(HEAR, OK, url='regex "web[[:digit:]]"'),
    "regex and status": http(HEAR, b"HTTP/1.0 500 X\r\n\r\nweb1", url='regex "web1"'),
    "two urls": http(HEAR, OK, more=TWICE),
    "two urls, one fails": http(HEAR, OK, more=TWICE.replace("200", "204")),
    "tls": http(HEAR, OK, kind="SSL_GET", speaks="tls"),
    "tls: a name": http(
        HEAR, OK, kind="SSL_GET", speaks="tls", more="enable_sni\nvirtualhost www.example.com"
    ),
    "tls: 404": http(HEAR, b"HTTP/1.0 404 X\r\n\r\n", kind="SSL_GET", speaks="tls"),
    "tls: digest": http(
        HEAR, OK, kind="SSL_GET", speaks="tls", url=f"digest {digest(PAGE)}"
    ),
    "tls: no TLS": http(HEAR, OK, kind="SSL_GET"),
    "smtp": smtp(b"220 a\r\n", HEAR, b"250 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp: any goodbye": smtp(b"220 a\r\n", HEAR, b"250 ok\r\n", HEAR, b"500 what\r\n"),
    "smtp: no goodbye": smtp(b"220 a\r\n", HEAR, b"250 ok\r\n", HEAR),
    "smtp: lines": smtp(b"220-a\r\n220 b\r\n", HEAR, b"250 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp: HELO in lines": smtp(b"220 a\r\n", HEAR, b"250-a\r\n250 b\r\n", HEAR, b"221 bye\r\n"),
    "smtp: bare": smtp(b"220\r\n", HEAR, b"250 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp: bare, line feed": smtp(b"220\n", HEAR, b"250\n", HEAR, b"221 bye\r\n"),
    "smtp: 251": smtp(b"220 a\r\n", HEAR, b"251 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp: busy": smtp(b"421 busy\r\n", HEAR),
    "smtp: in pieces": smtp(b"22", b"0 a\r", b"\n", HEAR, b"250 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp: silent": smtp(HOLD),
    "smtp: closed": smtp(),
    "udp: silent": udp(),
    "udp: answer": udp(b"PONG"),
    "udp: closed port": Case(f"UDP_CHECK {{\n{CONNECTING}connect_port 1\n}}", "udp"),
    "udp: reply wanted": udp(b"PONG", more="require_reply"),
    "udp: reply wanted, silent": udp(more="require_reply"),
    "udp: this reply": udp(b"PONG", more="require_reply 50xx4E47"),
    "udp: another reply": udp(b"PING", more="require_reply 50xx4E48"),
    "udp: longer than the reply": udp(b"PONG and more", more="require_reply 504F4E47"),
    "udp: shorter than the reply": udp(b"PO", more="require_reply 504F4E47"),
    "udp: too short": udp(b"P", more="require_reply\nmin_reply_length 2"),
    "udp: long enough": udp(b"PO", more="require_reply 50\nmin_reply_length 2"),
    "udp: too long": udp(b"PONG", more="require_reply 50\nmax_reply_length 3"),
    "udp: no longer": udp(b"PON", more="require_reply 50\nmax_reply_length 3"),
    "dns": dns(reply(0)),
    "dns: defaults": dns(reply(0), more=""),
    "dns: server failure": dns(reply(2)),
    "dns: no such name": dns(reply(3)),
    "dns: refused": dns(reply(5)),
    "dns: silent": dns(),
    "dns: a question": dns(reply(0, 0x01)),
    "dns: another identity": dns(b"xx" + reply(0)[2:]),
    "dns: short": dns(b"ID\x81"),
    "dns: only a head": dns(reply(0)[:9]),
    "dns: closed port": Case(f"DNS_CHECK {{\n{CONNECTING}connect_port 1\n}}", "udp"),
    "script: 0": script("exit 0"),
    "script: 1": script("exit 1"),
    "script: 7": script("exit 7"),
    "script: dynamic 1": script("exit 1", "misc_dynamic"),
    "script: dynamic 7": script("exit 7", "misc_dynamic"),
    "script: killed": script("kill -9 $$"),
    "script: too slow": script("sleep 20"),
    "file: 0": file("0"),
    "file: empty": file(""),
    "file: a word": file("hello"),
    "file: 1, no weight": file("1", "weight 0"),
    "file: weight": file("3", "weight 2"),
    "file: less weight": file("1", "weight -1"),
    "file: much less": file("70000", "weight -1"),
    "file: reverse": file("70000", "weight 1 reverse"),
    "file: the least": file("-2147483648"),
    "file: the most": file("2147483648", "weight -1"),
    "file: one less": file("2147483647", "weight -1"),
    "file: times its weight": file("-2147483647", "weight 2"),
    "file: hexadecimal": file("-0x80000000"),
    "file: octal": file("-020000000000"),
    "file: too much": file("99999999999", "weight -1"),
    "ping": Case(f"PING_CHECK {{\n{CONNECTING}}}", ""),
    "ping: nobody": Case(f"PING_CHECK {{\n{CONNECTING}connect_ip 10.255.255.1\n}}", ""),
}  # fmt: skip


def config(cases: dict[str, tuple[Case, int]], folder: str) -> str:
    """Return a keepalived.conf: a server with its port for each case."""
    files = [
        f"track_file f_{port} {{\nfile {folder}/{port}\nweight 1\n}}\n"
        for case, port in cases.values()
        if case.checker.startswith("FILE")
    ]
    servers = [
        f"real_server 127.0.0.1 {port} {{\nweight 5\n{case.checker}\n}}\n".replace(
            "PORT", str(port)
        )
        .replace("FOLDER", folder)
        .replace("WARMUP", f"{number * SPREAD:.2f}")
        for number, (case, port) in enumerate(cases.values())
    ]
    head = "virtual_server 10.9.0.1 80 {\ndelay_loop 5\nlb_algo rr\nlb_kind NAT\nprotocol TCP\n"
    security = "global_defs {\nscript_user root\nenable_script_security\n}\n"
    return f"{security}{''.join(files)}{head}{''.join(servers)}}}\n"
