"""Proposers: each lists edits that might put a line right."""
