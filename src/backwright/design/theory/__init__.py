"""Closed forms and statistics: queues, networks, fan-out, caches, availability, intervals. They know no design.

What no verb asks for yet is here because the engine is held to it (benchmarks/design/exact.py), or because the
next verb will be written from it; each function is tested against values known otherwise (tests/design/).
"""
