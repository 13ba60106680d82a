"""IP addresses as text: the C library's functions, without the module around them.

`socket` makes enumerations of hundreds of constants when it is imported, which takes
3 ms, and nothing here opens one.
"""

from __future__ import annotations

try:
    from _socket import AF_INET, AF_INET6, inet_ntop, inet_pton
except ImportError:  # not CPython
    from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

__all__ = ["AF_INET", "AF_INET6", "inet_ntop", "inet_pton"]
