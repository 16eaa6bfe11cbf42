"""Linking: the facts of all files to one model of the whole repository."""
