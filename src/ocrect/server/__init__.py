"""``ocrect serve``: documents read and texts corrected over HTTP, by the jobs of a manifest and a worker process a core."""
