"""What a watch sees of the world: the wire, addresses and links, IPVS, bonds, daemons, peers."""
