"""The oracle: right networks and training programs, and the known ways to get them wrong."""
