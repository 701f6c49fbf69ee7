"""The language model: the file's header, what runs it, and where its layers go."""
