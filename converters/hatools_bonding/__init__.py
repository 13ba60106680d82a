"""/proc/net/bonding: what the bonding driver says of its bonds."""
