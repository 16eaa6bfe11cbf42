"""File modes: chmod in octal and symbols and the umask, on a real file in a temporary folder."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import os, stat, tempfile
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.umask(umask)
    if kind == "folder":
        os.mkdir("x")
    else:
        os.close(os.open("x", os.O_CREAT | os.O_WRONLY, 0o666))
    for mode in chmod:
        assert os.system(f"chmod {mode} x") == 0
    mode = os.stat("x").st_mode
    print(stat.filemode(mode)[1:] if letters else format(stat.S_IMODE(mode), "03o"))
    os.chdir("/")
"""


def _letters(mode: int) -> str:
    """Return the nine characters that ls shows."""
    return "".join("rwxrwxrwx"[n] if mode >> (8 - n) & 1 else "-" for n in range(9))


def draw(chance: Random, level: int) -> Drawn:
    """Draw an octal mode to read, letters to write, a symbolic change or a umask."""
    kind, umask, letters, chmod = "file", 0o022, False, list[str]()
    digits = [chance.choice([5, 6, 7]), chance.choice([0, 1, 4, 5, 6]), chance.choice([0, 1, 4])]
    mode = digits[0] * 64 + digits[1] * 8 + digits[2]
    form = chance.choice(["read", "write", "change", "umask"])
    if form == "read":
        letters, chmod, rule = True, [f"{mode:03o}"], _letters(mode)
        text = f"After `chmod {mode:03o} x`, which nine permission characters does `ls -l` show"
        other, because = _letters(digits[2] * 64 + digits[1] * 8 + digits[0]), "owner comes first"
        why = (
            f"Owner {digits[0]}, group {digits[1]}, others {digits[2]}, with r 4, w 2, x 1: {rule}"
        )
    elif form == "write":
        shown = _letters(mode)
        parts = [
            f"{who}={shown[n : n + 3].replace('-', '')}"
            for who, n in zip("ugo", (0, 3, 6), strict=True)
        ]
        chmod, rule = [",".join(parts)], f"{mode:03o}"
        text = f"`ls -l` shows `-{shown}`. Which three octal digits give chmod the same mode"
        other, because = rule[::-1], "the first digit is the owner's, the last that of others"
        why = f"Adding r 4, w 2, x 1 for owner, group and others gives {rule}"
    elif form == "change":
        who, bit = chance.choice("ugo"), chance.choice("rwx")
        value = {"r": 4, "w": 2, "x": 1}[bit] << {"u": 6, "g": 3, "o": 0}[who]
        first, sign = mode ^ value, "-" if mode & value else "+"
        then = {
            "o=": first & ~0o7,
            "g=r": first & ~0o70 | 0o40,
            "u=rw": first & ~0o700 | 0o600,
            "a+x": first | 0o111,
            "a-w": first & ~0o222,
        }
        also = chance.choice([change for change, after in then.items() if after != first])
        chmod = [f"{mode:03o}", f"{who}{sign}{bit},{also}"]
        rule, other = f"{then[also]:03o}", f"{first:03o}"
        text = f"A file has mode {mode:03o}. Which octal mode does `chmod {chmod[1]} x` give it"
        because = f"`{also}` is applied as well"
        why = f"`{who}{sign}{bit}` gives {first:03o}, then `{also}` gives {rule}"
    else:
        umask = chance.choice([0o002, 0o007, 0o022, 0o027, 0o037, 0o077, 0o026, 0o057])
        kind = chance.choice(["file", "folder"])
        asked = 0o777 if kind == "folder" else 0o666
        rule, other = (
            f"{asked & ~umask:03o}",
            f"{(0o666 if kind == 'folder' else 0o777) & ~umask:03o}",
        )
        text = f"The umask is {umask:03o} and a program creates a {kind} with mode {asked:o}"
        text += ". Which mode does it get, in octal"
        because = f"the program asked for {asked:o}; the umask takes bits away from that"
        why = f"{asked:o} without the bits of {umask:03o} is {rule}"
    values = f"{kind = }\n{umask = }\n{letters = }\n{chmod = }\n"
    how = "the nine characters" if letters else "three digits"
    return Drawn(
        ask=f"{text}? Type {how}.",
        run=Run("python", values + _PROGRAM),
        rule=rule,
        explain=f"{why}.",
        wrong=(Wrong(other, because),),
    )


FAMILY = Family(
    name="octal-mode",
    skills={SkillId("fnd.shell"): 1},
    source="linux-man/chmod(1)",
    draw=draw,
)
