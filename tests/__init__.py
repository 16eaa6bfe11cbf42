"""The tests. A package, because some libraries install one of this name, which would otherwise be found first."""
