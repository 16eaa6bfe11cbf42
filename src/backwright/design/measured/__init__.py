"""Measurements of a running service: samples, demands, predictions beside what was measured."""
