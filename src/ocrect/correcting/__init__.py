"""From proposals to verdicts: what is proposed for a line, and what each check says of it."""
