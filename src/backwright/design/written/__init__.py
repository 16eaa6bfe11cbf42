"""Blueprints as text: YAML read into a design with every problem and its line, drafted from code, patched, described for editors."""
