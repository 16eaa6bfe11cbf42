"""Whether a method that is known by its name alone could be that of what a call is made on."""

import re
from typing import TYPE_CHECKING

from backwright.review.link.modulepaths import module_path
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

# Languages that say what most things are: a method whose class is neither named nor imported near a call is another one.
DECLARING = frozenset({"java", "kotlin", "csharp", "rust", "php"})
_WORD = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LETTERS_MIN = 3  # of a word, or of the beginning of one, that two names share
# What classes of any kind are called, so that it says nothing which one is meant.
_ANY_CLASS = frozenset("abstract base default impl interface simple the get new".split())
_BUILDER = regex(r"(?:^|\.)(?:to|new)?_?[bB]uilder\(\)")
_BUILT_IN = frozenset("string int long double float decimal bool char byte object str vec".split())
# C++: what the standard library's strings, containers and pointers have.
_STANDARD = frozenset(
    "empty clear erase insert emplace emplace_back emplace_front push_back push_front pop_back pop_front front back begin end cbegin cend rbegin rend size length substr "
    "find rfind find_first_of find_last_of count contains data value has_value value_or reset release lock unlock try_lock append replace compare resize reserve capacity swap "
    "c_str what first second top push pop starts_with ends_with string path assign merge extract native is_open close flush str match exists parent_path filename extension stem wait join detach "
    "load store exchange fetch_add notify_one notify_all max_size shrink_to_fit lower_bound upper_bound equal_range hash to_string print".split()
)
_ANYTHING = regex(r"(?:[A-Z]\d?|T[A-Z]\w*|var|object|Object|dynamic|Any|any|mixed|Self|dyn|impl)\??")


def could_be(project: "Project", at: int, on: str, known: "Type", fn: "Fn") -> bool:
    """Return whether something near a call says that what it is made on may be of the class of a method.

    `known`: what is known of it, which is no class of the project's.
    """
    file, made = project.files[at], project.function(fn)
    if file.language == "cpp":
        return made.name not in _STANDARD
    if file.language == "javascript" and _is_declared(known) and project.node.is_of_library(known.name):
        last = known.name.rpartition(".")[2]
        return not last[:1].isupper() or last in _family(project, fn)
    if file.language not in DECLARING:
        return True
    if not made.owner:
        return _is_in_module(project, at, on, known, fn)
    if _extends(project, fn):  # of what else its type is a base is not known
        return on not in _BUILT_IN and _is_used(project, at, fn)
    if _BUILDER.search(on) and "uilder" not in made.owner:
        return False  # what a builder has is what it builds a thing with, whatever of that name there is elsewhere
    if _share_words(on, made.owner):
        return True
    family = _family(project, fn)
    if _is_declared(known) and not _ANYTHING.fullmatch(known.name):
        return known.name.rpartition(".")[2] in family
    if _names_a_class(on):
        return False
    is_near = fn.file == at or (bool(package := project.files[fn.file].package) and package == file.package)
    return is_near or any(name in project.imported[at] for name in family)


def _is_declared(known: "Type") -> bool:
    """Whether it is known which type something has, and not only what gave it."""
    return bool(known.name) and "()" not in known.name


def _names_a_class(on: str) -> bool:
    """Whether a call is made on a class itself, which is none of the project's: `Collections`, `string`."""
    return on in _BUILT_IN or (on[:1].isupper() and "(" not in on and "." not in on and not on.isupper())


def _extends(project: "Project", fn: "Fn") -> bool:
    """C#, Kotlin: whether a function only looks like a method: `this IQueryable<Order>`, `fun Order.total()`."""
    file, made = project.files[fn.file], project.function(fn)
    return made.cls == -2 or (made.cls >= 0 and file.language == "csharp" and file.classes[made.cls].name != made.owner)


def _is_used(project: "Project", at: int, fn: "Fn") -> bool:
    """Whether a file uses the package that such a function stands in, or the function itself."""
    package, file = project.files[fn.file].package, project.files[at]
    if fn.file == at or package == file.package or project.function(fn).name in project.imported[at]:
        return True
    return file.language == "csharp" or any(each.module == package for each in file.imports)


def _is_in_module(project: "Project", at: int, on: str, known: "Type", fn: "Fn") -> bool:
    """Whether a function that no class has may stand in the module that a call names; PHP's are in no module."""
    if project.files[at].language in ("php", "csharp"):
        return True
    if "(" in on or known.name:
        return False
    last = re.split(r"[.:]+", on)[-1]
    return last in project.imported[at] or last in re.split(r"[/.]", module_path(project.files[fn.file]))


def _family(project: "Project", fn: "Fn") -> frozenset[str]:
    """Return the names of a method's class, of what it inherits from, and of what inherits from it."""
    made = project.function(fn)
    own: Cls | None = project.own_class(fn.file, fn.index)
    if own is None:
        return frozenset({made.owner})
    heirs = {project.class_(each).name for each in project.heirs.get(own, ())}
    above = {name.rpartition(".")[2] for name in project.ancestors(own)}
    return frozenset({made.owner} | heirs | above)


def _share_words(on: str, owner: str) -> bool:
    """Whether the last name of what a call is made on has a word of a class's name: `orders`, `this.orderRepo` of OrderRepository."""
    last = on.replace("()", "").rpartition(".")[2].rpartition(":")[2]
    named = _words(last)
    return (
        any(one.startswith(other) or other.startswith(one) for one in named for other in _words(owner))
        or _initials(owner) == last.lower()
    )


def _words(name: str) -> list[str]:
    found = (word.lower() for word in _WORD.findall(name))
    return [word for word in found if len(word) >= _LETTERS_MIN and word not in _ANY_CLASS]


def _initials(name: str) -> str:
    return "".join(word[0].lower() for word in _WORD.findall(name))
