"""What is drawn at the desk; widgets draw and post messages, and know no screen and no Aggregator."""
