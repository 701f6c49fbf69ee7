"""Spaces that the recogniser saw but did not write."""
