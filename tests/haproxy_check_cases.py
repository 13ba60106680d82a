"""Checks of haproxy and servers' answers: what a real haproxy makes of them is the judge.

A case is its lines, the options of its server (PORT is the server's), and what the server does.
"""

from __future__ import annotations

from scripted_server import HEAR, HOLD, RESET, Script

Case = tuple[tuple[str, ...], str, Script]

PAGE = b"<h1>web1</h1>\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\nX-Who: web1, lb\r\nServer: Apache\r\n\r\n" + PAGE
CHUNKED = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\n<h1>w\r\n",
           b"9\r\neb1</h1>\n\r\n0\r\n\r\n")  # fmt: skip
GREETING = b"\x0b\0\0\0\x0a8.0.36\0\1\2\3"
WELCOME = b"\x07\0\0\x02\0\0\0\2\0\0\0"
DENIED = b"\x11\0\0\x02\xff\x15\x04#28000denied!"
BOUND = bytes.fromhex("300c02010161070a010004000400")
LONG_BOUND = bytes.fromhex("308400000010020101618400000007 0a010004000400".replace(" ", ""))


def status(code: int, reason: str = " X") -> bytes:
    return f"HTTP/1.1 {code}{reason}\r\nContent-Length: 0\r\n\r\n".encode()


def http(*lines: str, options: str = "", says: Script = (HEAR, OK), first: str = "") -> Case:
    return ((f"option httpchk {first}".strip(), *lines), options, says)


def tcp(*lines: str, options: str = "", says: Script = (HOLD,)) -> Case:
    return (("option tcp-check", *(f"tcp-check {line}" for line in lines)), options, says)


def option(name: str, *says: bytes | str) -> Case:
    return ((f"option {name}",), "", says)


def agent(*says: bytes | str, options: str = "", port: str = "PORT") -> Case:
    return ((), f"agent-check agent-port {port} agent-inter 3s weight 10 {options}", says)


CASES: dict[str, Case] = {
    # a connection
    "connected": ((), "", (HOLD,)),
    "closed at once": ((), "", ()),
    "refused": ((), "port 1", (HOLD,)),
    "another port": ((), "port PORT addr 127.0.0.1", (HOLD,)),
    "PROXY 1": ((), "check-send-proxy", (HEAR, HOLD)),
    "PROXY 2": ((), "send-proxy-v2", (HEAR, HOLD)),
    "PROXY inherited": (("option redis-check",), "send-proxy", (HEAR, b"+PONG\r\n")),
    "PROXY elsewhere": (("option redis-check",), "send-proxy port PORT", (HEAR, b"+PONG\r\n")),
    # HTTP: status
    "status 200": http(),
    "status 302": http(says=(HEAR, status(302))),
    "status 404": http(says=(HEAR, status(404))),
    "status 500": http(says=(HEAR, status(500))),
    "status list": http("http-check expect status 200,404", says=(HEAR, status(404))),
    "status range": http("http-check expect status 200-299,400-404", says=(HEAR, status(403))),
    "not status": http("http-check expect ! status 500", says=(HEAR, status(404))),
    "not status, but it is": http("http-check expect ! status 404", says=(HEAR, status(404))),
    "rstatus": http("http-check expect rstatus ^[23]..", says=(HEAR, status(302))),
    "rstatus fails": http("http-check expect rstatus ^2", says=(HEAR, status(302))),
    "not rstatus": http("http-check expect ! rstatus ^5", says=(HEAR, status(302))),
    "posix class": http("http-check expect rstatus ^[[:digit:]]+$", says=(HEAR, status(302))),
    "no reason": http(says=(HEAR, status(200, ""))),
    "a reason that is empty": http(says=(HEAR, status(200, " "))),
    "status 100 first": http(says=(HEAR, b"HTTP/1.1 100 Continue\r\n\r\n", status(200))),
    "two digits": http(says=(HEAR, b"HTTP/1.1 20 X\r\n\r\n")),
    "version 2": http(says=(HEAR, b"HTTP/2.0 200 X\r\n\r\n")),
    "version 1.0": http(says=(HEAR, b"HTTP/1.0 200 X\r\n\r\n")),
    "line feeds": http(says=(HEAR, b"HTTP/1.1 200 X\nContent-Length: 0\n\n")),
    "no HTTP": http(says=(HEAR, b"SSH-2.0-OpenSSH_9\r\n\r\n")),
    "closed without answer": http(says=(HEAR,)),
    "silent": http(says=(HEAR, HOLD)),
    "half a head": http(says=(HEAR, b"HTTP/1.1 200 OK\r\nContent-Le")),
    "half a head, held": http(says=(HEAR, b"HTTP/1.1 200 OK\r\n", HOLD)),
    "reset after the answer": http(says=(HEAR, OK, RESET)),
    "held after the answer": http(says=(HEAR, OK, HOLD)),
    "bad header": http(says=(HEAR, b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n")),
    "bad length": http(says=(HEAR, b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")),
    "two lengths": http(
        says=(HEAR, b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")
    ),
    "disable-on-404": http("http-check disable-on-404", says=(HEAR, status(404))),
    "disable-on-404, but 500": http("http-check disable-on-404", says=(HEAR, status(500))),
    "in pieces": http("http-check expect string web1", says=(HEAR, OK[:9], OK[9:-8], OK[-8:])),
    # HTTP: body
    "string": http("http-check expect string web1"),
    "string fails": http("http-check expect string web2"),
    "not string": http("http-check expect ! string web2"),
    "not string, but it is": http("http-check expect ! string web1"),
    "not string, held": http(
        "http-check expect ! string web2", says=(HEAR, b"HTTP/1.0 200 X\r\n\r\nhello", HOLD)
    ),
    "rstring": http("http-check expect rstring <h1>.*</h1>"),
    "rstring fails": http("http-check expect rstring <h2>"),
    "a dot is no line's end": http("http-check expect rstring </h1>.$"),
    "not rstring": http("http-check expect ! rstring ^oops"),
    "string in chunks": http("http-check expect string web1", says=(HEAR, *CHUNKED)),
    "chunk broken": http(
        "http-check expect string web1",
        says=(HEAR, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", HOLD),
    ),
    "no body": http("http-check expect string web1", says=(HEAR, status(200))),
    "not string, no body": http("http-check expect ! string web1", says=(HEAR, status(200))),
    "body until the end": http(
        "http-check expect string web1", says=(HEAR, b"HTTP/1.0 200 OK\r\n\r\n", PAGE)
    ),
    "cut, but there": http(
        "http-check expect string web",
        says=(HEAR, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nweb"),
    ),
    "cut, not there": http(
        "http-check expect string web1",
        says=(HEAR, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nweb"),
    ),
    "min-recv": http(
        "http-check expect min-recv 20 string web",
        says=(HEAR, b"HTTP/1.0 200 OK\r\n\r\nweb", HOLD),
    ),
    "far in the body": http(
        "http-check expect string needle",
        says=(HEAR, b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 9000, b"needle"),
    ),
    "too far in the body": http(
        "http-check expect string needle",
        says=(HEAR, b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 40000, b"needle"),
    ),
    # HTTP: headers
    "hdr": http("http-check expect hdr name x-who"),
    "hdr fails": http("http-check expect hdr name x-where"),
    "hdr value": http("http-check expect hdr name X-Who value lb"),
    "hdr value fails": http("http-check expect hdr name X-Who value LB"),
    "fhdr value": http('http-check expect fhdr name X-Who value "web1, lb"'),
    "fhdr value fails": http("http-check expect fhdr name X-Who value lb"),
    "hdr beg": http("http-check expect hdr name -m beg x- value -m beg web"),
    "hdr end": http("http-check expect hdr name -m end ver value -m end che"),
    "hdr sub": http("http-check expect hdr name -m sub erve value -m sub pach"),
    "hdr reg": http("http-check expect hdr name -m reg ^x-w value -m reg ^web[0-9]$"),
    "not hdr": http("http-check expect ! hdr name x-who value web2"),
    "several expects": http(
        "http-check expect status 200", "http-check expect hdr name server",
        "http-check expect string web1",
    ),
    "several expects, one fails": http(
        "http-check expect status 200", "http-check expect hdr name server value nginx",
    ),
    # HTTP: requests
    "GET": http(first="GET /health"),
    "GET 1.1": http(first="GET /health HTTP/1.1", says=(HEAR, OK)),
    "with a host": http(
        "http-check send meth GET uri /a?b=c ver HTTP/1.1 hdr Host www.example.com hdr X-A b"
    ),
    "with a body": http("http-check send meth POST uri /x body hello"),
    "HEAD": http(first="HEAD /", says=(HEAR, OK[: -len(PAGE)])),
    "two rounds": http(
        "http-check connect", "http-check send meth GET uri /1", "http-check expect status 200",
        "http-check connect", "http-check send meth GET uri /2", "http-check expect string web1",
    ),
    "two rounds, the second fails": http(
        "http-check connect", "http-check send meth GET uri /1", "http-check expect status 200",
        "http-check connect", "http-check send meth GET uri /2", "http-check expect string web2",
    ),
    "two rounds, header lines": http(
        "http-check connect", "http-check send meth GET uri /1",
        "http-check expect hdr name server", "http-check connect",
        "http-check send meth GET uri /2", "http-check expect hdr name x-where",
    ),
    "connect elsewhere": http(
        "http-check connect port PORT", "http-check send meth GET uri /1", options="port 1",
    ),
    "set-var and comment": http(
        "http-check comment first", "http-check set-var(check.port) int(80)",
        "http-check send meth GET uri /1 comment that", "http-check expect status 200 comment it",
    ),
    # tcp-check
    "tcp: nothing": tcp(),
    "tcp: connect": tcp("connect"),
    "tcp: connect to a port": tcp("connect port PORT", options="port 1"),
    "tcp: connect refused": tcp("connect port 1"),
    "tcp: banner": tcp("expect string 220", says=(b"220 hi\r\n", HOLD)),
    "tcp: banner in pieces": tcp("expect string 220", says=(b"2", b"2", b"0 hi\r\n", HOLD)),
    "tcp: another banner": tcp("expect string 220", says=(b"554 no\r\n",)),
    "tcp: another banner, held": tcp("expect string 220", says=(b"554 no\r\n", HOLD)),
    "tcp: no banner": tcp("expect string 220", says=()),
    "tcp: not": tcp("expect ! string 554", says=(b"220 hi\r\n",)),
    "tcp: not, held": tcp("expect ! string 554", says=(b"220 hi\r\n", HOLD)),
    "tcp: not, but it is": tcp("expect !string 554", says=(b"554 hi\r\n",)),
    "tcp: rstring": tcp("expect rstring ^2[0-9]+", says=(b"220 hi\r\n", HOLD)),
    "tcp: rstring fails": tcp("expect rstring ^3", says=(b"220 hi\r\n",)),
    "tcp: binary": tcp("expect binary 3232", says=(b"220 hi\r\n", HOLD)),
    "tcp: rbinary": tcp("expect rbinary ^3232(30|31)", says=(b"220 hi\r\n", HOLD)),
    "tcp: rbinary in capitals": tcp("expect rbinary 0D0A", says=(b"220 hi\r\n", HOLD)),
    "tcp: rbinary in small letters": tcp("expect rbinary 0d0a", says=(b"220 hi\r\n",)),
    "tcp: min-recv": tcp("expect min-recv 8 string 22", says=(b"220", HOLD)),
    "tcp: min-recv 0": tcp("expect min-recv 3 string x", says=(b"220", HOLD)),
    "tcp: talk": tcp(
        r"send PING\r\n", "expect string +PONG", r"send info\ replication\r\n",
        "expect string role:master", r"send QUIT\r\n", "expect string +OK",
        says=(HEAR, b"+PONG\r\n", HEAR, b"role:master\r\n", HEAR, b"+OK\r\n"),
    ),
    "tcp: talk fails": tcp(
        r"send PING\r\n", "expect string +PONG", r"send info\ replication\r\n",
        "expect string role:master",
        says=(HEAR, b"+PONG\r\n", HEAR, b"role:slave\r\n"),
    ),
    "tcp: ends with send": tcp(
        "expect string hi", r"send QUIT\r\n", says=(b"hi", HEAR)
    ),
    "tcp: send-binary": tcp("send-binary 50494e470d0a", "expect binary 2b", says=(HEAR, b"+")),
    "tcp: two expects of one answer": tcp(
        "expect string a", "expect string b", says=(b"a", b"b", HOLD)
    ),
    "tcp: two expects, one is late": tcp(
        "expect string a", "expect string b", "expect string c", says=(b"a", b"b")
    ),
    "tcp: send forgets": tcp(
        "expect string a", "send x", "expect string a", says=(b"a", HEAR, b"b")
    ),
    "tcp: two connections": tcp(
        "connect port PORT", "expect string 220", "connect port PORT", "expect string 220",
        options="port 1", says=(b"220", HOLD),
    ),
    "tcp: two connections, one refused": tcp(
        "connect port PORT", "expect string 220", "connect port 1", says=(b"220", HOLD),
    ),
    "tcp: connect with PROXY": tcp(
        "connect send-proxy", "send x", "expect string y", says=(HEAR, b"y")
    ),
    "tcp: connect without the server's PROXY": tcp(
        "connect", "send x", "expect string y", options="check-send-proxy", says=(HEAR, b"y")
    ),
    "tcp: connect with the server's PROXY": tcp(
        "connect default", "send x", "expect string y", options="check-send-proxy",
        says=(HEAR, b"y"),
    ),
    "tcp: linger": tcp("connect linger", "expect string x", says=(b"x",)),
    "tcp: comment": tcp(
        "comment one", "connect comment two", "send x comment three",
        "expect string y comment four", says=(HEAR, b"y"),
    ),
    "tcp: variables": tcp("set-var(check.x) int(1)", "unset-var(check.x)", "expect string x",
                          says=(b"x",)),
    "tcp: messages": tcp(
        "expect string x on-success fine on-error bad error-status L7STS", says=(b"y",)
    ),
    "tcp: send-lf": tcp("send-lf hello", "expect string x", says=(HEAR, b"x")),
    "tcp: escapes": tcp(r"send a\ b\x41\n", r"expect string c\x20d", says=(HEAR, b"c d")),
    "tcp: long answer": tcp("expect string needle", says=(b"x" * 9000, b"needle", HOLD)),
    "tcp: too long an answer": tcp("expect string needle", says=(b"x" * 40000, b"needle", HOLD)),
    # servers that greet
    "smtp": option("smtpchk", b"220 a\r\n", HEAR, b"250 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp EHLO": option("smtpchk EHLO lb1", b"220 a\r\n", HEAR, b"250-a\r\n250 b\r\n", HEAR,
                        b"221 bye\r\n"),
    "smtp EHLO in lines": option("smtpchk EHLO lb1", b"220 a\r\n", HEAR, b"250-a\r\n", b"250 b\r\n",
                                 HEAR, b"221 bye\r\n"),
    "smtp: busy": option("smtpchk", b"421 busy\r\n"),
    "smtp: greeting in lines": option("smtpchk", b"220-a\r\n220 b\r\n", HEAR, b"250 ok\r\n", HEAR,
                                      b"221 bye\r\n"),
    "smtp: HELO refused": option("smtpchk", b"220 a\r\n", HEAR, b"550 no\r\n"),
    "smtp: no goodbye": option("smtpchk", b"220 a\r\n", HEAR, b"250 ok\r\n", HEAR),
    "smtp: held at goodbye": option("smtpchk", b"220 a\r\n", HEAR, b"250 ok\r\n", HOLD),
    "smtp: goodbye refused": option("smtpchk", b"220 a\r\n", HEAR, b"250 ok\r\n", HEAR,
                                    b"500 what\r\n"),
    "smtp: 252": option("smtpchk", b"220 a\r\n", HEAR, b"252 ok\r\n", HEAR, b"221 bye\r\n"),
    "smtp: silent": option("smtpchk", HOLD),
    "smtp: closed": option("smtpchk"),
    "smtp: no SMTP": option("smtpchk", b"SSH-2.0\r\n"),
    "mysql": option("mysql-check", GREETING, HOLD),
    "mysql: in pieces": option("mysql-check", GREETING[:3], GREETING[3:9], GREETING[9:], HOLD),
    "mysql: cut": option("mysql-check", GREETING[:9]),
    "mysql: too many": option("mysql-check", b"\x0b\0\0\0\xff\x10\x04too many", HOLD),
    "mysql: protocol 9": option("mysql-check", b"\x05\0\0\0\x093.2\0", HOLD),
    "mysql user": option("mysql-check user lb", GREETING, HEAR, WELCOME, HOLD),
    "mysql user, old": option("mysql-check user lb pre-41", GREETING, HEAR, WELCOME, HOLD),
    "mysql user denied": option("mysql-check user lb", GREETING, HEAR, DENIED),
    "mysql user: closed": option("mysql-check user lb", GREETING, HEAR),
    "mysql user: other method": option("mysql-check user lb", GREETING, HEAR,
                                       b"\x02\0\0\x02\xfe\0", HOLD),
    "pgsql": option("pgsql-check user lb", HEAR, b"R\0\0\0\x08\0\0\0\5salt", HOLD),
    "pgsql: SASL": option("pgsql-check user lb", HEAR,
                          b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0", HOLD),
    "pgsql: trust": option("pgsql-check user lb", HEAR, b"R\0\0\0\x08\0\0\0\0S", HOLD),
    "pgsql: refused": option("pgsql-check user lb", HEAR, b"E\0\0\0\x10SFATAL\0C28000\0\0"),
    "pgsql: short": option("pgsql-check user lb", HEAR, b"R\0\0\0"),
    "redis": option("redis-check", HEAR, b"+PO", b"NG\r\n"),
    "redis: no password": option("redis-check", HEAR, b"-NOAUTH Authentication required.\r\n"),
    "redis: loading": option("redis-check", HEAR, b"-LOADING\r\n", HOLD),
    "ldap": option("ldap-check", HEAR, BOUND),
    "ldap: long form": option("ldap-check", HEAR, LONG_BOUND),
    "ldap: in pieces": option("ldap-check", HEAR, BOUND[:5], BOUND[5:], HOLD),
    "ldap: refused": option("ldap-check", HEAR, bytes.fromhex("300c02010161070a013104000400")),
    "ldap: another message": option("ldap-check", HEAR,
                                    bytes.fromhex("300c02010261070a010004000400")),
    "ldap: short": option("ldap-check", HEAR, BOUND[:9]),
    "ldap: no LDAP": option("ldap-check", HEAR, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "ssl hello": option("ssl-hello-chk", HEAR, b"\x16\3\3\0\x3a\2", HOLD),
    "ssl alert": option("ssl-hello-chk", HEAR, b"\x15\3\0\0\2\2\x28"),
    "ssl: short": option("ssl-hello-chk", HEAR, b"\x15\3\0"),
    "ssl: no TLS": option("ssl-hello-chk", HEAR, b"220 hi\r\n"),
}  # fmt: skip

TRUSTED = "verify required ca-file FOLDER/own.pem"
TLS: dict[str, Case] = {  # the server's certificate is its own, for www.example.com
    "handshake": ((), "check-ssl verify none", (HOLD,)),
    "handshake of a server": ((), "ssl verify none", (HOLD,)),
    "no check-ssl": ((), "", (HOLD,)),
    "ssl, another port": ((), "ssl verify none port PORT", (HOLD,)),
    "HTTP": http(options="check-ssl verify none"),
    "HTTP, plain": http(options="ssl verify none no-check-ssl"),
    "HTTP 404": http(options="check-ssl verify none", says=(HEAR, status(404))),
    "a name": http(options="check-ssl verify none check-sni www.example.com"),
    "trusted": http(options=f"check-ssl {TRUSTED}"),
    "trusted by name": http(options=f"check-ssl {TRUSTED} check-sni www.example.com"),
    "another name": http(options=f"check-ssl {TRUSTED} check-sni mail.example.com"),
    "verifyhost": http(options=f"check-ssl {TRUSTED} verifyhost www.example.com"),
    "verifyhost, another": http(options=f"check-ssl {TRUSTED} verifyhost mail.example.com"),
    "not trusted": http(options="check-ssl verify required ca-file FOLDER/other.pem"),
    "ALPN": http(options="check-ssl verify none check-alpn http/1.1"),
    "redis": (("option redis-check",), "check-ssl verify none", (HEAR, b"+PONG\r\n")),
    "tcp: connect ssl": tcp("connect ssl", "send x", "expect string y", options="verify none",
                            says=(HEAR, b"y")),
    "tcp: connect ssl and name": tcp("connect ssl sni www.example.com", "send x",
                                     "expect string y", options="verify none", says=(HEAR, b"y")),
    "tcp: connect plainly": tcp("connect", "send x", "expect string y",
                                options="check-ssl verify none", says=(HEAR, b"y")),
    "tcp: connect default": tcp("connect default", "send x", "expect string y",
                                options="check-ssl verify none", says=(HEAR, b"y")),
    "tcp: only connect ssl": tcp("connect ssl", options="verify none"),
    "http: connect ssl": http("http-check connect ssl", "http-check send meth GET uri /",
                              options="verify none"),
    "http: connect ssl alpn": http("http-check connect ssl alpn http/1.1",
                                   "http-check send meth GET uri /", options="verify none"),
}  # fmt: skip


AGENTS: dict[str, Case] = {
    "up": agent(b"up\n"),
    "down": agent(b"down # why\n"),
    "stopped": agent(b"STOPPED\r\n"),
    "fail": agent(b"fail\n"),
    "half": agent(b"50%\n"),
    "up and half": agent(b"up 50%\n"),
    "double": agent(b"200%\n"),
    "too much": agent(b"9999999%\n"),
    "nothing": agent(b"0%\n"),
    "drain": agent(b"drain\n"),
    "maint": agent(b"maint\n"),
    "ready": agent(b"ready\n"),
    "ready up all": agent(b"ready, up\t100%\n"),
    "last word counts": agent(b"down up drain ready 10% 70%\n"),
    "unknown words": agent(b"hello up world\n"),
    "odd weight": agent(b"5x%\n"),
    "only a description": agent(b"# up\n"),
    "in pieces": agent(b"do", b"wn\n", HOLD),
    "no line end": agent(b"down"),
    "closed": agent(),
    "silent": agent(HOLD),
    "refused": agent(HOLD, port="1"),
    "with a question": agent(HEAR, b"up 30%\n", options=r"agent-send hi\n"),
    "empty line": agent(b"\n"),
}


def framed(kind: int, items: bytes, flags: int = 1) -> bytes:
    frame = bytes([kind]) + flags.to_bytes(4, "big") + b"\0\0" + items
    return len(frame).to_bytes(4, "big") + frame


VERSION = b"\x07version\x08\x032.0"
SIZE = b"\x0emax-frame-size\x03\xfc\xf0\x06"
LARGE = SIZE[:-3] + b"\xff\xf0\x7f"
CAPABILITIES = b"\x0ccapabilities\x08\0"
CASES |= {
    "spop": option("spop-check", HEAR, framed(101, VERSION + SIZE + CAPABILITIES), HOLD),
    "spop 1.0": option("spop-check", HEAR, framed(101, b"\x07version\x08\x031.0" + SIZE), HOLD),
    "spop: in pieces": option("spop-check", HEAR, framed(101, VERSION + SIZE)[:9],
                              framed(101, VERSION + SIZE)[9:], HOLD),
    "spop: unknown items": option("spop-check", HEAR, framed(101, b"\1x\x06\1\2\3\4" + VERSION
                                                             + SIZE + b"\1y\x11\1z\0"), HOLD),
    "spop: no version": option("spop-check", HEAR, framed(101, SIZE), HOLD),
    "spop: no size": option("spop-check", HEAR, framed(101, VERSION), HOLD),
    "spop: version 9": option("spop-check", HEAR, framed(101, b"\x07version\x08\x039.0" + SIZE)),
    "spop: large frames": option("spop-check", HEAR, framed(101, VERSION + LARGE)),
    "spop: goes away": option("spop-check", HEAR, framed(102, b"\x0bstatus-code\x03\x02\x07message"
                                                         b"\x08\x04busy")),
    "spop: in fragments": option("spop-check", HEAR, framed(101, VERSION + SIZE, 0)),
    "spop: cut": option("spop-check", HEAR, framed(101, VERSION + SIZE)[:12]),
    "spop: no SPOP": option("spop-check", HEAR, b"\0\0\0\5hello"),
    "spop: closed": option("spop-check", HEAR),
}  # fmt: skip
