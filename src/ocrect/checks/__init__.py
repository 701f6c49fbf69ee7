"""Checks: each says whether it supports one edit, opposes it, or has nothing to say."""
