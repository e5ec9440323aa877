"""Where items, sources' states and triage are kept: one protocol, one contract suite, every back end."""
