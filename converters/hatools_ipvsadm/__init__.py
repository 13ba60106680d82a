"""The language of ipvsadm: saved rules, scripts of commands, listings."""
