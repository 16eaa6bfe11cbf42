"""Facts: what one source file says, in one schema for all languages.

A fact says what stands in the file and no more: names as written, literals, which loop and which function
something is in. What it means (an endpoint, a query) is decided later, by linking all files.

Structs and not dataclasses, because there are a million of them in a large repository: they are
kept encoded, and decoding them must cost next to nothing. Indexes point into the tuples of the same file; -1 is "none".
"""

from sys import intern

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

VERSION = 65  # of this schema and of the readers: part of every cache key; raise it when either changes

# Flags of a call.
AWAITED = 1
BARE = 2  # a statement of its own: whatever it returns is dropped
IN_TRY = 4
IN_CATCH = 8
IN_WITH = 16  # the resource of a `with`, `using`, try-with-resources or `defer`
NEW = 32  # constructs: `new X()`, `X{}`, or a call of something that is written like a class
MACRO = 64
IN_MACRO = 256  # in a block that a macro of the project is handed: what it does with it is not seen
IN_FINALLY = 512  # JavaScript: in what runs whether there was an error or not
DEFERRED = 128  # started and not waited for: `go f()`, a future or task that is kept


class Arg(Struct, array_like=True, gc=False, omit_defaults=True):
    """A value as written: an argument, a default, the right side of an assignment.

    Attributes:
        kind: str, fmt (a string with values put in), concat (strings and values joined with an
            operator), num, bool, none, name (also dotted), call, fn, dict, list, other.
        text: A str's content without quotes; for fmt and concat the literal parts with `{}` for each
            value; a call's chain such as "db.session.query"; else the source, cut.
        name: Keyword of the argument, key of the entry, or "".
        items: Arguments of a call, entries of a dict or list, values put into fmt or concat.
        ref: For fn: index into the file's functions.
        line: Of a named argument or entry, if what it stands in covers several lines; else 0.
    """

    kind: str
    text: str = ""
    name: str = ""
    items: tuple["Arg", ...] = ()
    ref: int = -1
    line: int = 0


class Mark(Struct, array_like=True, gc=False, omit_defaults=True):
    """A decorator, annotation or attribute: `@app.get("/x")` is name "get" on "app"."""

    name: str
    on: str = ""
    args: tuple[Arg, ...] = ()
    line: int = 0


class Param(Struct, array_like=True, gc=False, omit_defaults=True):
    """A parameter. `type` as written, without what makes it a reference or optional."""

    name: str
    type: str = ""
    marks: tuple[Mark, ...] = ()
    default: Arg | None = None


class Function(Struct, array_like=True, gc=False, omit_defaults=True):
    """A function, method, constructor or lambda.

    Attributes:
        name: Own name; a lambda has that of the variable or key it is given to, or "".
        cls: Class it is a method of (for Go and Rust: the receiver's type, by `owner`).
        owner: Name of the class or receiver type, "" for a plain function; for a Kotlin or C#
            extension function the type it extends.
        parent: Function it is written in.
        line, end: First line (of its name, not of its marks) and last line.
        loop: Loop it is written in (its own mapping loop, if it is handed to one).
        call, place: The call it is an argument of, and at which place; -1 otherwise.
        returns: Return type as written.
        kind: function, method, constructor, lambda; page for what a script of PHP does outside of all of them.
        receiver: Name the method's own object has inside: self, this, s.
        space: C++: the namespaces it stands in, "shop::prices".
        typed: Rust: its type parameters and those of the impl or trait it stands in that are bound by traits, "S: Store + Audit".
    """

    name: str
    line: int
    end: int
    kind: str = "function"
    cls: int = -1
    owner: str = ""
    parent: int = -1
    params: tuple[Param, ...] = ()
    marks: tuple[Mark, ...] = ()
    is_async: bool = False
    is_public: bool = True
    returns: str = ""
    loop: int = -1
    call: int = -1
    place: int = -1
    receiver: str = ""
    space: str = ""
    typed: tuple[str, ...] = ()


class Field(Struct, array_like=True, gc=False, omit_defaults=True):
    """A field, property or column of a class, with its initial value."""

    name: str
    line: int
    type: str = ""
    marks: tuple[Mark, ...] = ()
    value: Arg | None = None


class Class(Struct, array_like=True, gc=False, omit_defaults=True):
    """A class, interface, struct, enum, trait or object; kind says which. `space` as in Function.

    Attributes:
        typed: Names of its type parameters. Rust: with the traits that they are bound by, "S: Store", and the associated
            types of a trait, "Self::Tx: Transaction", and of an impl, "Self::Tx = PgTransaction".
        bounds: C#: what its type parameters have to be, "TRequest: ISecured".
    """

    name: str
    line: int
    end: int
    kind: str = "class"
    bases: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    fields: tuple[Field, ...] = ()
    outer: int = -1
    space: str = ""
    typed: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()


class Import(Struct, array_like=True, gc=False, omit_defaults=True):
    """`from module import name as alias`. No name: the module itself; "*": all of it.

    Attributes:
        module: As written; relative ones keep their dots or "./".
        alias: What it is called in this file; "global *" for C#'s `global using`, which counts for a whole project.
        is_type_only: Gone when the program runs.
    """

    module: str
    name: str = ""
    alias: str = ""
    line: int = 0
    fn: int = -1
    is_type_only: bool = False

    @property
    def inner(self) -> str:
        """The module that it means if its name is one: `from . import views` means `.views`."""
        if not self.name:
            return self.module
        return (
            f"{self.module}{self.name}" if self.module and not self.module.strip(".") else f"{self.module}.{self.name}"
        )


class Assign(Struct, array_like=True, gc=False, omit_defaults=True):
    """`target = value`, also a declaration and an entry of a settings object.

    Attributes:
        target: As written: "x", "self.pool", "app.config['DEBUG']".
        type: Declared type, if any.
    """

    target: str
    value: Arg
    line: int
    fn: int = -1
    type: str = ""
    loop: int = -1
    cls: int = -1


class Loop(Struct, array_like=True, gc=False, omit_defaults=True):
    """A loop, comprehension, or a function that is handed to map, forEach and the like.

    Attributes:
        kind: each, count (over numbers), while, map.
        vars: Names that stand for the element.
        over: What is gone through, or the condition; cut.
        value: The same as a value, if it is one expression.
    """

    line: int
    kind: str
    vars: tuple[str, ...] = ()
    over: str = ""
    fn: int = -1
    parent: int = -1
    end: int = 0
    value: Arg | None = None


class Call(Struct, array_like=True, gc=False, omit_defaults=True):
    """A call.

    Attributes:
        name: Last word: "filter" of Order.objects.filter(...).
        on: What it is called on, arguments left out: "Order.objects", "self.repo", "db.query()".
        fn, loop: Innermost ones it stands in.
        prev: The call that `on` ends with, if it ends with one.
        to: What the result is assigned to; "routes[]" if it stands in a list that is.
        catch: Innermost catch it stands in.
        inside: Innermost call among whose arguments it stands, in the same function.
        until: For the resource of a `with`, `using`, try-with-resources or `defer`, and for a guard that Rust binds: last line of the block it is held for.
    """

    name: str
    on: str
    line: int
    fn: int = -1
    loop: int = -1
    flags: int = 0
    args: tuple[Arg, ...] = ()
    prev: int = -1
    to: str = ""
    catch: int = -1
    inside: int = -1
    until: int = 0


class Catch(Struct, array_like=True, gc=False, omit_defaults=True):
    """An error handler.

    Attributes:
        types: What it catches; empty for anything.
        var: Name of the error.
        body: empty, or the statements' source, cut.
        does: Words of: raise, log, return, call, comment, assign, continue, other; filter for C#'s `when`.
        start: First line of what it guards: of the try, the match, or the call whose error it is given; 0 if not known.
    """

    line: int
    fn: int = -1
    types: tuple[str, ...] = ()
    var: str = ""
    body: str = ""
    does: tuple[str, ...] = ()
    end: int = 0
    loop: int = -1
    start: int = 0


class Read(Struct, array_like=True, gc=False, omit_defaults=True):
    """An attribute read, `base.attr`, that is not called; once per function, loop, base and attribute.

    Python's `x in base` and `x not in base` are reads of `in` and `not in`; a comparison of what is called like a page
    size with something larger than one, `limit > 100`, is a read of `<`.
    """

    base: str
    attr: str
    line: int
    fn: int = -1
    loop: int = -1


class Return(Struct, array_like=True, gc=False, omit_defaults=True):
    """A returned value.

    Attributes:
        beside: Go: name of the error that is returned beside the value.
    """

    value: Arg
    line: int
    fn: int = -1
    catch: int = -1
    beside: str = ""


class Compare(Struct, array_like=True, gc=False, omit_defaults=True):
    """A test for equality, `left == right` or `!=`; none with null, a number, true or false, or two literals."""

    left: Arg
    right: Arg
    line: int
    fn: int = -1


class Member(Struct, array_like=True, gc=False, omit_defaults=True):
    """A test for membership, `left in right` or `not in`, where a language has an operator for it."""

    left: Arg
    right: Arg
    line: int
    fn: int = -1


class Unread(Struct, array_like=True, gc=False, omit_defaults=True):
    """What was not understood: first line (0 for the whole file), last line, why."""

    line: int
    end: int
    why: str


class Allow(Struct, array_like=True, gc=False, omit_defaults=True):
    """A comment that allows rules on its line, or on the next if it stands alone.

    Attributes:
        rules: Rule ids; empty for all.
    """

    line: int
    rules: tuple[str, ...]
    reason: str = ""
    stands_alone: bool = False


class Secret(Struct, array_like=True, gc=False, omit_defaults=True):
    """A literal that looks like a key by its shape alone. The text itself is never kept."""

    line: int
    kind: str


class File(Struct, array_like=True, omit_defaults=True):
    """Everything one file says.

    Attributes:
        package: Package or namespace as declared, "" where the language has none.
        is_test: By its path or its imports.
        is_generated: A generator wrote it: only its routes count.
        impls: Rust: what a type is given that stands anywhere, `impl Store for PgStore`, `impl<T: Store> Lists for T`.
    """

    path: str
    language: str
    lines: int
    package: str = ""
    is_test: bool = False
    functions: tuple[Function, ...] = ()
    classes: tuple[Class, ...] = ()
    imports: tuple[Import, ...] = ()
    assigns: tuple[Assign, ...] = ()
    loops: tuple[Loop, ...] = ()
    calls: tuple[Call, ...] = ()
    catches: tuple[Catch, ...] = ()
    reads: tuple[Read, ...] = ()
    returns: tuple[Return, ...] = ()
    unread: tuple[Unread, ...] = ()
    allows: tuple[Allow, ...] = ()
    secrets: tuple[Secret, ...] = ()
    compares: tuple[Compare, ...] = ()
    members: tuple[Member, ...] = ()
    is_generated: bool = False
    impls: tuple[Class, ...] = ()


encode = Encoder().encode
decode = Decoder(File).decode


def share(file: File) -> File:
    """Make equal strings one string: nine in ten repeat another, and they are most of what decoded facts weigh."""
    for call in file.calls:
        call.name, call.on, call.to = intern(call.name), intern(call.on), intern(call.to)
        _share(call.args)
    for read in file.reads:
        read.base, read.attr = intern(read.base), intern(read.attr)
    for assign in file.assigns:
        assign.target, assign.type = intern(assign.target), intern(assign.type)
    for made in file.imports:
        made.module, made.name, made.alias = intern(made.module), intern(made.name), intern(made.alias)
    for function in file.functions:
        function.name, function.kind = intern(function.name), intern(function.kind)
        function.owner, function.returns = intern(function.owner), intern(function.returns)
        function.space = intern(function.space)
        for param in function.params:
            param.name, param.type = intern(param.name), intern(param.type)
    for class_ in file.classes:
        for field in class_.fields:
            field.name, field.type = intern(field.name), intern(field.type)
            if field.value is not None:
                _share((field.value,))
    _share(tuple(each.value for each in file.assigns))
    _share(tuple(each.value for each in file.returns))
    return file


def _share(values: tuple[Arg, ...]) -> None:
    for value in values:
        value.kind, value.text, value.name = intern(value.kind), intern(value.text), intern(value.name)
        if value.items:
            _share(value.items)
