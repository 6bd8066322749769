"""Marks in the forms that schools' systems take: sheets, feedback files, autograders."""
