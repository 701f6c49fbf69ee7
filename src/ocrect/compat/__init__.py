"""Faces that other systems' users know, over ocrect's own pipeline."""
