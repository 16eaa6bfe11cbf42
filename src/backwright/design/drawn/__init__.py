"""A design as pictures, charts, plots, notations of other tools, and a decision record."""
