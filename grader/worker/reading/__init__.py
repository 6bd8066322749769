"""Reads a student's report inside the sandbox: a PDF is as little to be trusted as code.

What leaves is plain data: a JSON document with text and places, and cropped pictures as PNG.
"""
