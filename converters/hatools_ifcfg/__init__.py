"""ifcfg files: links as Red Hat's network scripts keep them (up to RHEL 9)."""
