"""The words of a language, what engines misread as what, and which language a line is in."""
