"""nmcli: the command line of NetworkManager, as far as bonded links go."""
