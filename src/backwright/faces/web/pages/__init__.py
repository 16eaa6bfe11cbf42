"""Pages of their own: one module for a verb that the general page does not serve well, or for a page that is no verb.

A module is found by its name. `pages/<verb with _>.py` has `async def page(use_case, request)`, which replaces the
general page of that verb; any module may have `ROUTES`, further routes of its own. A module with `FAMILY = True` does
that for all verbs whose names begin with its own: `design.py` for design.check. For a verb, a module may also have
`context(answer, visitor)`, more names for the verb's template, and `files(answer)`, name to media type and text: what can be
downloaded of an answer that came of a job, at `/jobs/<id>/<name>`. `after(request)` is called when the verb
was run for whoever asks.
"""
