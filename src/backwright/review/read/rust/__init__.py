"""What is particular to Rust: its reader, and its frameworks and libraries as data."""
