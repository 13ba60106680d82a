"""The balancing algorithms of the Linux kernel (IPVS) and of HAProxy, decision by decision."""
