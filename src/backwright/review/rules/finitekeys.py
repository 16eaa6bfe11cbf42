"""Keys that the program itself has a number of: its classes, the attributes of an object, the members of an enum."""

from backwright.review.facts import Arg, Class, Function
from backwright.review.link.model import Model
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.looping import root

# Types whose values stand in the source: there are as many as somebody wrote down.
_TYPES = regex(
    r"^(bool|boolean|Boolean|Class|KClass|type|Type|TypeInfo|PropertyInfo|MethodInfo|FieldInfo|reflect\.(Type|Kind)|"
    r"Method|Field|Constructor|Executable|AnnotatedElement|ModelBase|type_index|std::type_index|TypeId|Literal|Enum)$|Enum$|Type$|Kind$"
)
_NAMED_TYPES = regex(r"(?:^|_)(?:clazz|klass|cls|class)$|(?:Class|Clazz)$|^class_$")
# What only a class or a type is asked for.
_ASKED = frozenset("_meta __name__ __qualname__ __mro__ __annotations__ __dataclass_fields__ __subclasses__".split())
_OF_A_VALUE = regex(r"\bgetClass\b|\.__class__\b|\bGetType\b|\bjavaClass\b|::class\b|\bTypeOf\(|\btypeid\b|\btypeof\b")
# By its name alone a key is a guess: a client may make up a language, and may not make up a column.
_FEW = regex(
    r"(?:^|_)(?:(?:locale|lang(?:uage)?|culture|currency|dialect|column|field|attr(?:ibute)?|property|prop|method|func(?:tion)?|"
    r"kind|type|queue|driver|strategy|provider|plugin|protocol|scheme|region|container|time_?zone)(?:_?(?:name|code|tag|type))?|"
    r"(?:table|model|entity|bucket|role)_name)$",
)
_WORDS = regex(r"(?<=[a-z0-9])(?=[A-Z])")
ATTRIBUTE_HOOKS = frozenset({"__getattr__", "__getattribute__", "method_missing"})


def is_of_types(model: Model, at: int, made: Function, name: str) -> bool:
    """Whether a parameter stands for a class, a member of an enum, or another thing that somebody has to write down."""
    param = next((each for each in made.params if each.name == name), None)
    if param is None:
        return False
    if param.type:
        known = written(param.type)
        if _TYPES.search(known.name.rpartition(".")[2]) or param.type.startswith(
            ("type[", "Type[", "Class<", "KClass<")
        ):
            return True
        cls = model.project.find_class(at, known.name)
        return cls is not None and _is_enum(model.project.class_(cls))
    return bool(_NAMED_TYPES.search(name))


def _is_enum(made: Class) -> bool:
    return made.kind == "enum" or any(base.endswith(("Enum", "IntFlag", "StrEnum")) for base in made.bases)


def is_asked_as_type(model: Model, at: int, fn: int, name: str) -> bool:
    """Whether a function asks a value for what only classes have: `model._meta.fields`, `cls.__name__`."""
    return any(
        fn in model.enclosing(at, read.fn)
        and root(read.base) == name
        and (read.attr in _ASKED or set(read.base.split(".")) & _ASKED)
        for read in model.files[at].reads
    )


def is_type_of_value(key: Arg) -> bool:
    """Whether a key is the class of something: `entity.getClass()`, `type(value)`."""
    is_type = (key.kind == "call" and key.text == "type") or key.text.startswith("type(")
    return is_type or bool(_OF_A_VALUE.search(key.text))


def may_be_few(name: str) -> bool:
    """Whether there are few values of a key by its name: locales, columns, queues; `message.getLocale` is a locale."""
    last = _WORDS.sub("_", name.rpartition(".")[2]).lower()
    return bool(_FEW.search(last))
