"""Rules: each a page that is documentation and test, with its data and, where data cannot say it, its code."""
