"""What Django itself costs on this machine: the peer of every page and every submit."""
