"""Design: what a backend carries, by law, in closed form and by simulation."""
