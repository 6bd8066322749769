"""The only room that speaks SQL: what was graded, and what was computed, each in one file."""
