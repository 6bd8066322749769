"""Draws what a study holds. Each function draws into axes or a figure that it is given."""
