"""Small plots of recurrent networks as plain SVG, for a report that has two pages for Part 3.

WeasyPrint's time goes into elements and points, so each is a handful of paths: all dots of one
colour, all arrows of one symbol. Nothing here needs matplotlib; large plots are in the gallery.
"""
