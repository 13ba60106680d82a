"""Split brain: two nodes that both think they are the master of one virtual router."""
