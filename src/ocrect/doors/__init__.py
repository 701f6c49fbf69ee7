"""Doors into other systems: ocrect as their engine, or its correction behind theirs."""
