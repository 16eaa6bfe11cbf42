"""Which language a file is in, and the readers, each imported when its first file comes."""

from functools import cache
from importlib import import_module

from backwright.model.source import ending_of
from backwright.review.facts import File
from backwright.review.read.sweep import read_file
from backwright.review.read.syntax import Syntax

# Ending -> folder of the language.
LANGUAGES = {
    ".py": "python",
    ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript",
    ".ts": "javascript", ".mts": "javascript", ".cts": "javascript", ".tsx": "javascript",
    ".java": "java",
    ".kt": "kotlin", ".kts": "kotlin",
    ".go": "go",
    ".php": "php",
    ".cs": "csharp",
    ".cpp": "cpp", ".cc": "cpp", ".cxx": "cpp", ".hpp": "cpp", ".hh": "cpp", ".hxx": "cpp", ".h": "cpp",
    ".rs": "rust",
}  # fmt: skip


# Files without an ending that a generator makes under that name: where Express starts.
NAMED = {"bin/www": "javascript"}


def language_of(path: str) -> str:
    """Return the language of a file by its ending, or by the name of its own, "" if it is none of ours."""
    return LANGUAGES.get(ending_of(path), "") or NAMED.get("/".join(path.split("/")[-2:]), "")


@cache
def syntax_of(language: str) -> Syntax:
    """Return the reader of a language."""
    syntax: Syntax = import_module(f"backwright.review.read.{language}.syntax").SYNTAX
    return syntax


def read_source(path: str, source: bytes) -> File:
    """Return the facts of one source file in any of the languages."""
    syntax = syntax_of(language_of(path))
    return syntax.whole(read_file(path, source, syntax))
