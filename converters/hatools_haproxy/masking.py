"""Secrets in haproxy.cfg as ``********``: wherever a keyword or a name gives one away.

Works on a line as written, comments included: what was commented out is
often still the password.
"""

from __future__ import annotations

import re

from hatools.text import Token
from hatools_haproxy.lexer import lex

MASK = "********"
_SIGNS = ("auth", "pass", "secret", "token", "md5sig", "key", "hmac", "://", "credential")
_TELLING = re.compile(
    r"authorization|passw|passphrase|secret|token|api[-_]?key|apikey|credential|private[-_]?key",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)")
_GLUED_KEY = re.compile(r"(\b(?:hmac|digest_hmac)\([^,()]*,)[^)]*", re.IGNORECASE)
# The word behind these is a secret.
_BEFORE_SECRET = {
    "password", "insecure-password", "tcp-md5sig", "ca-sign-pass", "dynamic-cookie-key",
    "insecure_password", "auth_pass",
}  # fmt: skip
_NAMED_VALUE = {"setenv", "presetenv", "set-header", "add-header", "hdr", "replace-header"}
_FLAGS_WITH_VALUE = {"-m", "-f", "-M", "-n", "-u"}


def mask(text: str) -> str:
    """Return *text*, a line or statement of haproxy.cfg, with its secrets as ``********``."""
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return text
    if "\n" in text:
        return "\n".join(mask(line) for line in text.split("\n"))
    line = lex(text)
    hidden = _secrets(line.tokens)
    end = len(text) if line.comment < 0 else line.comment
    pieces: list[str] = []
    last = 0
    for start, stop in hidden:
        pieces += [text[last:start], MASK]
        last = stop
    body = "".join([*pieces, text[last:end]])
    body = _GLUED_KEY.sub(rf"\1{MASK}", _USERINFO.sub(rf"\1{MASK}", body))
    if line.comment < 0:
        return body
    marks = len(text) - len(text[end:].lstrip("#"))
    return body + text[end:marks] + mask(text[marks:])


def _secrets(found: list[Token]) -> list[tuple[int, int]]:
    """Return the columns of the secrets among the words of one line, in order."""
    words = [token.text for token in found]
    hidden: list[tuple[int, int]] = []
    telling = False  # within an ACL whose fetch names a secret
    skip = 0
    for at, (token, word) in enumerate(zip(found, words, strict=True)):
        before = words[at - 1] if at else ""
        if skip:
            skip -= 1
            continue
        if before == "auth" and at > 1 and words[at - 2] == "stats":
            hidden.append((_behind_colon(token), token.end))
        elif before in _BEFORE_SECRET or _named(words, at) or _sent(words, at):
            hidden.append((token.start, token.end))
        elif telling and word in ("}", "||", "or", "if", "unless"):
            telling = False
        elif telling and word.startswith("-") and len(word) == 2:
            skip = int(word in _FLAGS_WITH_VALUE)
        elif telling:
            hidden.append((token.start, token.end))
        if _asks(words, at):
            telling = True
    return hidden


def _behind_colon(token: Token) -> int:
    """Return where the password of ``user:password`` begins; the quotes around it go too."""
    if token.quoted or ":" not in token.text:
        return token.start
    return token.start + token.text.index(":") + 1


def _named(words: list[str], at: int) -> bool:
    """Tell whether word *at* is the value of a header or variable whose name tells a secret."""
    if at < 2 or words[at - 2] not in _NAMED_VALUE:
        return False
    return bool(_TELLING.search(words[at - 1])) or words[at - 1].lower().endswith(("_key", "_pw"))


def _sent(words: list[str], at: int) -> bool:
    """Tell whether word *at* is what a tcp-check sends to log in."""
    return (
        at == 2
        and words[0] == "tcp-check"
        and words[1].startswith("send")
        and words[2].lower().startswith(("auth", "pass", "login", "user"))
    )


def _asks(words: list[str], at: int) -> bool:
    """Tell whether word *at* fetches what is secret, so that patterns follow."""
    leads = (at == 2 and words[0] == "acl") or (at > 0 and words[at - 1] in ("{", "!{"))
    word = words[at]
    return (
        leads and "(" in word and not word.startswith("http_auth") and bool(_TELLING.search(word))
    )
