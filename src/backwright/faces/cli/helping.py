"""The main help: groups are questions a person has; each line is a command and its example at once."""

from itertools import groupby

from backwright.faces.prose.layout import para, split_command
from backwright.usecases import LAUNCHES, USE_CASES

INTRO = (
    "Backwright measures what you know about backend work and says what to learn next. Every line"
    " on the left runs as it stands."
)
OUTRO = (
    "Everywhere: --json, --plain, --no-color, --as NAME, --help. Exit status: 0 ok, 1 a negative"
    " answer, 2 usage or failure, 3 done in part."
)
SHOWN = {
    "start": ("backwright start", "the page; `backwright`: the terminal"),
    "ask": ('backwright ask "JWT or sessions?"', "passages, sources, the command"),
    "explore": ("backwright explore go-developer", "roles, technologies, compare"),
    "assess": ("backwright assess --domain databases", "what you know, 25 questions"),
    "roadmap": ("backwright roadmap --role backend-developer", "a dated plan, from here"),
    "learn": ("backwright learn api-design", "lesson, drill, due reviews"),
    "interview": ("backwright interview --cases", "design cases, knowledge rounds"),
    "review": ("backwright review .", "findings, nine languages"),
    "map": ("backwright map .", "endpoints, modules and tables"),
    "design.new": ("backwright design new shop -o my.yaml", "a blueprint to start from"),
    "design.simulate": ("backwright design simulate shop --rate 40", "request by request"),
    "design.size": ("backwright design size shop --rate 30", "the smallest fleet that holds"),
    "design.sweep": ("backwright design sweep shop --defences", "ranges, bursts, defences"),
    "design.compare": ("backwright design compare shop other.yaml", "two designs, same arrivals"),
    "advise.stack": ("backwright advise stack --among node python go", "which one, for your needs"),
    "advise.scale": ("backwright advise scale 100M/day", "how to carry so many requests"),
    "advise.monolith-or-services": (
        "backwright advise monolith-or-services",
        "is there a reason to divide?",
    ),
    "advise.split": ("backwright advise split .", "whether to divide it, and where"),
    "design.calibrate": (
        "backwright design calibrate shop --serve example",
        "measure a running service",
    ),
    "design.validate": (
        "backwright design validate shop --serve example",
        "predict, run, change, compare",
    ),
    "design.check": ("backwright design check shop", "laws and limits of a blueprint"),
    "design.solve": ("backwright design solve shop --rate 40", "percentiles, what decides"),
    "design.draw": ("backwright design draw shop", "a blueprint as a picture"),
    "advise.performance": ("backwright advise performance example", "profiles, heaps, what limits"),
    "advise.api": ("backwright advise api browser partner", "REST, GraphQL or gRPC, by trips"),
    "advise.data": ("backwright advise data key range join", "which model, which structure"),
    "advise.security": ("backwright advise security browser", "who gets in how, with numbers"),
    "advise.deploy": ("backwright advise deploy --team 6", "platform, zones, rollout, backup"),
    "schema": ("backwright schema blueprint", "the JSON Schema of a blueprint"),
    "explain": ("backwright explain query-in-loop", "one rule and its precision"),
    "baseline": ("backwright baseline example --dry-run", "accept what is there today"),
    "data.export": ("backwright data export me.jsonl", "your evidence as JSON lines"),
    "data.import": ("backwright data import me.jsonl", "add evidence from a file"),
    "data.rescue": ("backwright data rescue out.jsonl", "save a damaged database"),
    "data.delete": ("backwright data delete", "forget a person"),
    "calibrate": ("backwright calibrate --dry-run", "fit questions to answers"),
    "content.check": ("backwright content check fnd.git", "check questions and lessons"),
    "config.explain": ("backwright config explain", "each setting, its origin"),
    "serve": ("backwright serve", "the page in a browser"),
    "mcp": ("backwright mcp --config claude", "tools for a coding agent"),
}
LEFT = 48


def main_help(width: int) -> str:
    """Return the help of the whole command."""
    lines = para(INTRO, width)
    for group, verbs in groupby((*USE_CASES, *LAUNCHES), key=lambda use_case: use_case.group):
        lines += ["", group]
        for use_case in verbs:
            example, about = SHOWN.get(use_case.name, (use_case.example, use_case.summary))
            if width >= 70 and len(example) < LEFT - 2:
                lines += para(about, width, f"  {example:<{LEFT - 2}}", " " * LEFT)
            else:
                lines += [*split_command(example, width, "  "), *para(about, width, "      ")]
    return "\n".join([*lines, "", *para(OUTRO, width)]) + "\n"
