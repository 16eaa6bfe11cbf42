"""What is compared by order and called like a page size, in all languages."""

import pytest

from backwright.review.read.languages import read_source

CASES = [
    ("a.py", "if not 1 <= limit <= 100:\n    pass\nif size < 1:\n    pass\n", ["limit"]),
    (
        "a.ts",
        "const a: Map<string, Limit> = f<T>(x); if (limit > 100 || q.take <= 0) {}",
        ["limit"],
    ),
    ("a.go", "package a\nfunc f() { if req.PageSize > max || limit <= 0 {} }", ["req.PageSize"]),
    ("A.java", "class A { List<Limit> f() { if (size > 100) {} return 1 > count; } }", ["size"]),
    ("a.kt", "fun f(limit: List<Int>) { if (limit > 100) {} }", ["limit"]),
    ("a.php", "<?php if ($limit > 100 || $perPage < 1) {}", ["$limit"]),
    ("A.cs", "class A { void F() { if (100 < o.Limit) {} List<Limit> x; } }", ["o.Limit"]),
    ("a.rs", "fn f(limit: Option<u32>) { if limit > 100 {} }", ["limit"]),
    ("a.cpp", "void f(std::vector<int> limit) { if (limit > 100) {} }", ["limit"]),
]


@pytest.mark.parametrize(
    ("path", "source", "expected"), [pytest.param(*case, id=case[0]) for case in CASES]
)
def test_a_size_that_is_compared_with_more_than_one(
    path: str, source: str, expected: list[str]
) -> None:
    reads = read_source(path, source.encode()).reads
    assert expected == [read.base for read in reads if read.attr == "<"]
