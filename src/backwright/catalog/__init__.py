"""Reads content/ into the model and refuses content that does not hold together."""

from backwright.catalog.catalog import Catalog, Profile, Track
from backwright.catalog.read import read_catalog, read_problems

__all__ = ["Catalog", "Profile", "Track", "read_catalog", "read_problems"]
