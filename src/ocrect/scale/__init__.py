"""Folders of files on a Ray cluster: the same manifest, pages read wherever there is a core (docs/batch.md)."""
