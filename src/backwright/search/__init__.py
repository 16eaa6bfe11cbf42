"""A few words in, the nearest skills, roles, technologies and paths out."""
