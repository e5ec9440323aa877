"""A small world to try leadline on: sample sources served on loopback, three fictitious prospects, a config."""
