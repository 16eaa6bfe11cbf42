"""What is particular to Kotlin: its reader, and its frameworks and libraries as data."""
