"""Long runs that look for what short ones cannot see: leaks, drift, rare races."""
