"""What is particular to Go: its reader, and its frameworks and libraries as data."""
