"""Closed forms and statistics: queues, networks, fan-out, caches, availability, intervals. They know no design."""
