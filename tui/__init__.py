"""The rep's desk in the terminal. Knows the Aggregator and the model, nothing below them."""
