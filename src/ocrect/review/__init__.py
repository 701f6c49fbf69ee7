"""What no check can decide, for a person: a local page with a card for each place in doubt, and every page beside its text."""
