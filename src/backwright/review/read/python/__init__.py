"""What is particular to Python: its reader, and its frameworks and libraries as data."""
