"""Readers: one source file to facts; a folder per language, with its framework packs beside the reader."""
