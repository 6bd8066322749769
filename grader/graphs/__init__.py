"""A captured network: its graph, its canonical form and what it computes."""
