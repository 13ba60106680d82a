"""The headers of an answer that are taken at a glance are those that are taken line by line."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from hatools_probes.http_answers import END, NAME, Answer

Headers = list[tuple[bytes, bytes]]
NAMES = st.sampled_from(
    [b"Content-Length", b"content-length", b"Transfer-Encoding", b"Server", b"X-Y", b"a b", b"",
     b"X:Content-Length", b"Content-Length\r"]
)  # fmt: skip
VALUES = st.sampled_from(
    [b" 2", b"2", b" 0", b"\t3 ", b" x", b"chunked", b" gzip, Chunked", b"", b" a:b", b" \r", b"\0",
     b" \x0b\x0c1"]
)  # fmt: skip
LINES = st.one_of(
    st.builds(lambda name, value: name + b":" + value, NAMES, VALUES),
    st.sampled_from([b" folded", b"\tfolded: 1", b"no colon", b"\r", b"Content-Length: 5\r"]),
    st.binary(max_size=6),
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\n", b"\r\r\n"])


def line_by_line(head: bytes) -> Headers | None:
    """Return the headers after the first line, None where one of them is none."""
    found: Headers = []
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.rstrip(b"\r").partition(b":")
        if line[:1] in (b" ", b"\t") and found:
            found[-1] = (found[-1][0], found[-1][1] + b" " + line.strip())
        elif colon and NAME.fullmatch(name):
            found.append((name.lower(), value.strip()))
        else:
            return None
    return found


def framed(headers: Headers) -> tuple[bool, bool, int | None]:
    """Return whether *headers* contradict themselves, mean chunks, and how long the body is."""
    values = dict(reversed(headers))
    if values.get(b"transfer-encoding", b"").lower().endswith(b"chunked"):
        return False, True, None
    lengths = {value for name, value in headers if name == b"content-length"}
    if len(lengths) > 1 or not all(one.isdigit() for one in lengths):
        return True, False, 0
    return False, False, int(lengths.pop()) if lengths else None


@given(st.lists(st.tuples(LINES, ENDS), max_size=6))
@example([(b"Content-Length: 2", b"\n"), (b"Content-Length:2", b"\r\n")])
@example([(b"Content-Length: 2", b"\n"), (b"CONTENT-LENGTH: 3", b"\r\n")])
def test_at_a_glance_is_line_by_line(lines: list[tuple[bytes, bytes]]) -> None:
    text = b"HTTP/1.1 200 OK\r\n" + b"".join(line + end for line, end in lines) + b"\r\n"
    found = END.search(text)
    assert found
    head = text[: found.start()]
    answer = Answer("GET", 100)
    answer.take(head + b"\r\n\r\n")
    wanted = line_by_line(head)
    if wanted is None:
        assert answer.broken
        return
    contradicting, chunked, length = framed(wanted)
    assert answer.headers == wanted
    assert answer.broken == contradicting
    assert (answer._chunks is not None) == chunked
    assert answer._left == length
