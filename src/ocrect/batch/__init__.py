"""Folders of files: each read once, by as many workers as there are cores, and taken up where it was left."""
