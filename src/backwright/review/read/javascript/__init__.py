"""What is particular to JavaScript and TypeScript: its reader, and its frameworks and libraries as data."""
