"""The keepalived language."""
