"""Review: source text to facts, facts to one linked blueprint, blueprint to findings."""
