"""The rules about one keepalived.conf, one file each, named by what is wrong.

They are gathered by what they look at, so that only those are imported that can find something.
"""
