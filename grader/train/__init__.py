"""Trains captured networks as the course does, and decides when that is enough."""
