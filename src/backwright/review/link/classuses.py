"""What a class's own calls put before its methods: `$this->middleware("auth")->except("index")` in the constructor."""

from collections.abc import Sequence

from backwright.review.facts import Call
from backwright.review.link.packs import ClassUse, Pack
from backwright.review.link.project import Cls
from backwright.review.link.routers import Routers, Use, argument, matches_on, words_of


class ClassUses:
    """Reads such calls in a class, in what it inherits and in its traits."""

    def __init__(self, routers: Routers) -> None:
        self.routers, self.project = routers, routers.project

    def of(self, cls: Cls, method: str, pack: Pack) -> tuple[Use, ...]:
        """Return what a class's own calls put before one of its methods."""
        found: list[Use] = []
        for each in self._run(cls):
            file = self.project.files[each.file]
            for spec in pack.class_use:
                inside = {
                    n
                    for n, made in enumerate(file.functions)
                    if made.cls == each.index and (not spec.within or made.name in spec.within)
                }
                for index, call in enumerate(file.calls):
                    if (
                        call.fn in inside
                        and call.name == spec.call
                        and matches_on(spec.on, call.on)
                        and self._chooses(each.file, index, call, spec, method)
                    ):
                        values = [v for place in spec.uses if (v := argument(call.args, place)) is not None]
                        words = [
                            word for value in values for word in self.routers.laravel.words(each.file, call.fn, value)
                        ]
                        found += [Use(word, each.file, call.line) for word in (*words, spec.note) if word]
                for told in file.returns if spec.strings else ():
                    if told.fn in inside and told.value.kind == "list":
                        plain = [i for i in told.value.items if i.kind in ("str", "name", "concat")]
                        found += [Use(word, each.file, told.line) for item in plain for word in words_of(item)]
        return tuple(found)

    def _run(self, cls: Cls) -> list[Cls]:
        """Return a class and those it inherits from, without those whose constructor it does not run."""
        held = list(self.project.base_classes(cls))
        for place, each in enumerate(held):
            made = self.project.class_(each)
            if made.kind != "trait" and self._hides(each):
                traits = {name.rpartition("\\")[2] for name in made.bases}
                rest = (self.project.class_(below) for below in held[place + 1 :])
                return [
                    *held[: place + 1],
                    *(
                        below
                        for below, told in zip(held[place + 1 :], rest, strict=True)
                        if told.kind == "trait" and told.name in traits
                    ),
                ]
        return held

    def _hides(self, cls: Cls) -> bool:
        """PHP: whether a class has a constructor that does not run that of what it extends."""
        file = self.project.files[cls.file]
        own = {n for n, made in enumerate(file.functions) if made.cls == cls.index and made.name == "__construct"}
        return (
            file.language == "php"
            and bool(own)
            and not any(call.fn in own and call.on == "parent" and call.name == "__construct" for call in file.calls)
        )

    def _chooses(self, at: int, index: int, call: Call, spec: ClassUse, method: str) -> bool:
        """Whether a call that adds middleware to a class's methods counts for this one."""

        def named(places: Sequence[str]) -> set[str]:
            values = [v for place in places if (v := argument(call.args, place)) is not None]
            outer, calls = self.routers.outer[at], self.project.files[at].calls
            behind = index
            while behind in outer:
                behind = outer[behind]
                if calls[behind].name in places:
                    values += calls[behind].args
            return {item.text for value in values for item in (value.items or (value,))}

        only, without = named(spec.only), named(spec.except_)
        return (not only or method in only) and method not in without
