"""Mastery and a goal in, a dated plan out: targets, hours, order, dates, what to drop."""
