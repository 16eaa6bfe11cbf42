"""What is particular to Java: its reader, and its frameworks and libraries as data."""
