"""Attacks the grader with submissions that try to take a mark, and says whether any of them won."""
