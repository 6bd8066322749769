"""Measures, side by side in one run, what this project promises."""
