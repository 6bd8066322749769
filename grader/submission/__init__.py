"""What one student handed in: found, unpacked and named by what it is for."""

COPY = "files"
"""Name of the folder below a working folder that holds the private copy of a submission."""
