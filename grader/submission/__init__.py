"""What one student handed in: found, unpacked and named by what it is for."""
