"""What is kept of a document: pages and lines, corrections with their verdicts, and both as JSON."""
