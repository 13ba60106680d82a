"""Keyfiles: the connections that NetworkManager keeps in .nmconnection files."""
