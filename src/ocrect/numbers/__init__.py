"""Numbers in text: which tokens are locked, what they stand for, how a page writes them."""
