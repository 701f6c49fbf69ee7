"""What other engines read on the same line, and what their word is worth."""
