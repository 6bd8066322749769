"""Turns what was found out into checks, marks, evidence and flags."""
