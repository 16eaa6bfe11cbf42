"""Session stores and cookie builders whose flags are off unless somebody turns them on."""

from backwright.review.facts import NEW, Call
from backwright.review.link.model import Model


def left_off(model: Model, at: int, call: Call) -> list[str]:
    """Return the flags that the session's cookie goes without because the library's default was left as it is."""
    language = model.files[at].language
    if language == "go" and call.on == "session" and _is_fiber(model, at):
        if call.name == "Config" and call.flags & NEW:
            return _without(call, {"HttpOnly": "CookieHTTPOnly", "Secure": "CookieSecure"})
        if call.name in ("New", "NewStore") and not call.args:
            return ["HttpOnly", "Secure"]
    if language == "csharp" and call.name == "CookieBuilder" and call.flags & NEW and call.to.endswith(".Cookie"):
        missing = _without(call, {"HttpOnly": "HttpOnly", "Secure": "SecurePolicy"})
        later = {
            assign.target.rpartition(".")[2]
            for assign in model.files[at].assigns
            if assign.fn == call.fn and assign.line > call.line and assign.target.startswith(f"{call.to}.")
        }
        # SecurePolicy is SameAsRequest by itself: alone it is a choice.
        return (
            []
            if "HttpOnly" not in missing or "HttpOnly" in later
            else [m for m in missing if f"{m}Policy" not in later]
        )
    return []


def _is_fiber(model: Model, at: int) -> bool:
    imported = model.project.imported[at].get("session")
    return imported is not None and "gofiber/fiber" in imported.module


def _without(call: Call, flags: dict[str, str]) -> list[str]:
    """Return the flags whose field is not given, or given as false."""
    given = {v.name: v.text for v in call.args if v.name}
    return [flag for flag, field in flags.items() if given.get(field, "false") == "false"]
