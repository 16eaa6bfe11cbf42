"""Designs: engine and closed forms, beside exact theory and peers."""
