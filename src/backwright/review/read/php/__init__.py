"""What is particular to PHP: its reader, and its frameworks and libraries as data."""
