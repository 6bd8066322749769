"""Grade neural-network assignments from the captured graph, and write the reports."""

__version__ = "0.1.0"
