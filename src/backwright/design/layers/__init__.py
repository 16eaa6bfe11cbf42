"""A design solved by computing: rates, layers of what is held, laws and lint, densities, what would help."""
