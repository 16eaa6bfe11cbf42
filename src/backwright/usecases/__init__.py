"""One file per verb. Every face offers exactly the verbs in USE_CASES, in this order."""

from backwright.usecases.spec import UseCase

STAND = "Where do I stand?"
LEARN = "What shall I learn?"
SYSTEM = "What is wrong with my system?"
BUILT = "How should it be built?"
KEEP = "Ask, serve, keep"

USE_CASES: tuple[UseCase, ...] = (
    UseCase(
        "start",
        "The first hour, guided: questions about you, a measurement, a report, a plan, a lesson",
        "backwright start --simulate intermediate --seed 7",
        STAND,
        "backwright.usecases.start",
    ),
    UseCase(
        "explore",
        "Roles, technologies, skills: open one, compare several, find one by a word",
        "backwright explore go-developer",
        STAND,
        "backwright.usecases.explore",
    ),
    UseCase(
        "assess",
        "Measure what you know with adaptive questions, or report what is known",
        "backwright assess --simulate intermediate --seed 7",
        STAND,
        "backwright.usecases.assess",
    ),
    UseCase(
        "roadmap",
        "Plan the way to a role: steps in order, dated, from what you know today",
        "backwright roadmap --role backend-developer",
        LEARN,
        "backwright.usecases.roadmap",
    ),
    UseCase(
        "learn",
        "Follow a path or your plan: lesson, drill, due reviews",
        "backwright learn api-design",
        LEARN,
        "backwright.usecases.learn",
    ),
    UseCase(
        "interview",
        "A design case with drawn numbers: estimates, your blueprint run, a checklist with quotes, questions",
        "backwright interview url-shortener --seed 7",
        LEARN,
        "backwright.usecases.interview",
    ),
    UseCase(
        "review",
        "Find what is wrong in backend code: few findings, each with its code path, reason, fix and lesson",
        "backwright review example",
        SYSTEM,
        "backwright.usecases.review",
    ),
    UseCase(
        "map",
        "Endpoints, modules, tables and hot spots of a repository, as text, picture or blueprint",
        "backwright map example",
        SYSTEM,
        "backwright.usecases.map",
    ),
    UseCase(
        "explain",
        "One rule: what goes wrong, examples, limits, measured precision; or all rules",
        "backwright explain query-in-loop",
        SYSTEM,
        "backwright.usecases.explain",
    ),
    UseCase(
        "baseline",
        "Accept what a review finds today, so that only what is new is reported",
        "backwright baseline example --dry-run",
        SYSTEM,
        "backwright.usecases.baseline",
    ),
    UseCase(
        "design.new",
        "A blueprint to start from: an example with its sections, or the list of examples",
        "backwright design new shop",
        BUILT,
        "backwright.usecases.design_new",
    ),
    UseCase(
        "design.simulate",
        "Send requests through a blueprint, again and again, until the percentiles are sure",
        "backwright design simulate shop --rate 40 --runs 6 --length 60s",
        BUILT,
        "backwright.usecases.design_simulate",
    ),
    UseCase(
        "design.size",
        "The smallest fleet whose upper confidence limit meets the objectives, and what breaks next",
        "backwright design size shop --rate 30 --knob orders_db.size",
        BUILT,
        "backwright.usecases.design_size",
    ),
    UseCase(
        "design.sweep",
        "One number through a range; or loads and bursts: what is left behind, which defence helps",
        "backwright design sweep shop --over orders_db.size=13,16 --rate 40",
        BUILT,
        "backwright.usecases.design_sweep",
    ),
    UseCase(
        "design.compare",
        "Two blueprints under the same arrivals, run by run, so that small differences show",
        "backwright design compare shop --rate 40 --set orders_db.size=16 --runs 4",
        BUILT,
        "backwright.usecases.design_compare",
    ),
    UseCase(
        "advise.split",
        "Whether to divide a code base: parts, what would cross the network, steps; the answer may be no",
        "backwright advise split example",
        BUILT,
        "backwright.usecases.advise_split",
    ),
    UseCase(
        "schema",
        "The JSON Schema of a blueprint, for programs and editors",
        "backwright schema blueprint",
        BUILT,
        "backwright.usecases.schema",
    ),
    UseCase(
        "data.export",
        "Write your evidence as JSON lines",
        "backwright data export me.jsonl",
        KEEP,
        "backwright.usecases.data_export",
    ),
    UseCase(
        "data.import",
        "Add evidence from JSON lines; rows that are there already are skipped",
        "backwright data import me.jsonl --dry-run",
        KEEP,
        "backwright.usecases.data_import",
    ),
    UseCase(
        "data.rescue",
        "Copy out what can still be read of a damaged database",
        "backwright data rescue rescued.jsonl",
        KEEP,
        "backwright.usecases.data_rescue",
    ),
    UseCase(
        "data.delete",
        "Forget a person: all their evidence, for good",
        "backwright data delete --yes",
        KEEP,
        "backwright.usecases.data_delete",
    ),
    UseCase(
        "calibrate",
        "Fit questions to the answers that are stored, and report those that misbehave",
        "backwright calibrate --dry-run",
        KEEP,
        "backwright.usecases.calibrate",
    ),
    UseCase(
        "content.check",
        "Check every content file, rule and program, and list all problems",
        "backwright content check fnd.git",
        KEEP,
        "backwright.usecases.content_check",
    ),
    UseCase(
        "config.explain",
        "Each setting, its value and where that comes from",
        "backwright config explain",
        KEEP,
        "backwright.usecases.config_explain",
    ),
)

__all__ = ["USE_CASES", "UseCase"]
