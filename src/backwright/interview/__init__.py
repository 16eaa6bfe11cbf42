"""Interview: design cases with computed reference numbers, and how answers are scored."""
