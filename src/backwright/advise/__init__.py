"""Advice that is computed: whether and where to split a system, with the numbers behind it."""
