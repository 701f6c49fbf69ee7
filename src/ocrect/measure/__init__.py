"""Measures against the truth: error rates, number recall, harm, each edit right or wrong."""
