"""Places where nobody waits for the thread: the process is about to end, or nobody is served yet but who installs it."""

import re

from backwright.review.facts import Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

NEAR_MAX = 15  # lines from what blocks to what ends the process
_ENDS = regex(
    r"^(Environment\.(Exit|FailFast)|Application\.(Exit|Restart)|\w*[lL]ifetime\.StopApplication|(\w+\.)?StopApplication|process\.(exit|abort)|"
    r"os\.(_exit|Exit|abort|execv\w*)|sys\.exit|System\.exit|Runtime\.getRuntime\(\)\.(halt|exit)|exitProcess|(std\.)?process\.(exit|abort)|(std\.)?(_?exit|quick_exit)|std\.abort|syscall\.Exec|log\.Fatal\w*)$"
)
_RESTARTS = regex(
    r"^_*(re_?start|shut_?down|reboot)_?(the_?)?(web_?)?(host|server|application|app|process|service)(async)?$",
    re.IGNORECASE,
)
_INSTALLS = regex(
    r"(^|/)((install(er|ation)?|(setup|install)[_-]?wizard|first[_-]?run)(/|\.\w+$)|setup\.\w+$)", re.IGNORECASE
)
_INSTALL_PATH = regex(r"^(/api)?(/v\d+)?/(setup|install|installer|first-?run)(/|$)", re.IGNORECASE)


def ends_process(model: Model, fn: Fn, call: Call) -> bool:
    """Whether the function ends or restarts the process right after a call."""
    file = model.files[fn.file]
    scopes = set(model.enclosing(fn.file, fn.index))
    return any(
        each.fn in scopes
        and each.catch < 0
        and call.line < each.line <= call.line + NEAR_MAX
        and (_ENDS.search(f"{each.on}.{each.name}".lstrip(".")) or (not each.args and _RESTARTS.search(each.name)))
        for each in file.calls
    )


def is_installing(model: Model, root: Fn) -> bool:
    """Whether a request comes through the pages of an installation, which serve one person once."""
    declared = model.endpoint_of(root) or model.endpoint_of(Fn(root.file, model.named(root.file, root.index)))
    if declared is None:
        return False
    return bool(_INSTALLS.search(model.files[declared.at].path) or _INSTALL_PATH.search(declared.path))
