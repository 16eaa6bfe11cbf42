"""What is particular to C#: its reader, and its frameworks and libraries as data."""
