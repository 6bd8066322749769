"""The oracle: correct networks, perceptrons and training programs, and the known ways to get them wrong."""
