"""Backwright: a backend and server-architecture specialist that you can run."""

__version__ = "0.1.0"
