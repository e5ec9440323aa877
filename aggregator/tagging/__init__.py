"""Says what an item is about: content types and signals, each with its evidence. Pure: text and rules in, tags out."""
