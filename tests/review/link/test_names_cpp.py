"""C++: what names mean by their namespaces, by names for types, and in files beside each other."""

import pytest
from tests.review.cases import model_of

from backwright.review.link.model import Model

PRICES = """
namespace shop::prices {
int find(int id) { return load(id); }
namespace detail { int round(int x) { return x; } }
class Table { public: static Table &instance(); int row(int id); };
}
int shop::prices::count() { return 1; }
"""
OTHER = """
namespace shop::stock {
int find(int id) { return 2; }
int round(int x) { return 3; }
}
"""
TABLE = """
#include "prices.hpp"
using namespace shop::prices;
int Table::row(int id) { return id; }
"""


def _called(model: Model, function: str) -> list[tuple[str, list[str]]]:
    """The calls of a function, each with the files and names of what it may run."""
    project = model.project
    fn = project.functions_by_name[function][0]
    file = model.files[fn.file]
    return [
        (
            call.name,
            [
                f"{model.files[to.file].path}:{project.label(to)}"
                for to in project.resolve_call(fn.file, call)
            ],
        )
        for call in file.calls
        if call.fn == fn.index
    ]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("shop::prices::find(1)", ["src/prices.hpp:find"], id="all of a namespace"),
        pytest.param("prices::find(1)", ["src/prices.hpp:find"], id="the inner namespace alone"),
        pytest.param(
            "stock::find(1)", ["src/stock.hpp:find"], id="the same name in another namespace"
        ),
        pytest.param(
            "prices::detail::round(1)", ["src/prices.hpp:round"], id="a namespace in a namespace"
        ),
        pytest.param(
            "prices::count()",
            ["src/prices.hpp:prices.count"],
            id="written outside of its namespace",
        ),
        pytest.param("st::round(1)", ["src/stock.hpp:round"], id="another name for a namespace"),
        pytest.param("prices::missing(1)", [], id="no function of that name there"),
        pytest.param("std::find(1)", [], id="the standard library's"),
        pytest.param("other::find(1)", [], id="a namespace that is not the project's"),
    ],
)
def test_a_qualified_name_means_the_function_of_its_namespace(
    call: str, expected: list[str]
) -> None:
    model = model_of(
        {
            "src/prices.hpp": PRICES,
            "src/stock.hpp": OTHER,
            "src/main.cpp": f'#include "prices.hpp"\nnamespace st = shop::stock;\nint main() {{ return {call}; }}\n',
        }
    )
    assert expected == _called(model, "main")[0][1]


def test_a_plain_name_means_what_a_file_uses() -> None:
    used = '#include "prices.hpp"\nusing namespace shop::stock;\nint sum() { return find(1); }\n'
    inside = "namespace shop::prices {\nint least() { return find(1); }\n}\n"
    model = model_of(
        {
            "src/prices.hpp": PRICES,
            "src/stock.hpp": OTHER,
            "src/sum.cpp": used,
            "src/least.cpp": inside,
        }
    )
    assert [("find", ["src/stock.hpp:find"])] == _called(model, "sum")
    assert [("find", ["src/prices.hpp:find"])] == _called(model, "least")


def test_a_class_is_found_behind_its_namespace() -> None:
    body = '#include "prices.hpp"\nint all() { return shop::prices::Table::instance().row(1); }\n'
    model = model_of({"src/prices.hpp": PRICES, "src/table.cpp": TABLE, "src/all.cpp": body})
    assert ("row", ["src/table.cpp:Table.row"]) in _called(model, "all")


def test_a_type_of_a_library_is_none_of_the_project_that_is_called_the_same() -> None:
    own = "namespace shop { class string { public: int measured() { return 1; } }; }\n"
    body = "int all(std::string name, shop::string own) { name.measured(); own.measured(); return 1; }\n"
    model = model_of(
        {"src/string.hpp": own, "src/more.hpp": own.replace("shop", "more"), "src/all.cpp": body}
    )
    assert [[], ["src/string.hpp:string.measured"]] == [to for _, to in _called(model, "all")]


def test_a_name_for_a_pointer_leads_to_the_class() -> None:
    service = "class OrderService { public: int total(); };\nusing OrderServicePtr = std::shared_ptr<OrderService>;\n"
    body = '#include "service.hpp"\nclass Api { OrderServicePtr orders_; public: int show() { return orders_->total(); } };\n'
    files = {
        "src/service.hpp": service,
        "src/service.cpp": "int OrderService::total() { return 1; }\n",
        "src/api.hpp": body,
    }
    assert [("total", ["src/service.cpp:OrderService.total"])] == _called(model_of(files), "show")


def test_of_two_names_for_different_types_none_is_taken() -> None:
    one = "class A { public: int total() { return 1; } };\nusing Ptr = std::shared_ptr<A>;\n"
    two = "class B { public: int total() { return 1; } };\nusing Ptr = std::shared_ptr<B>;\n"
    files = {
        "src/a.hpp": one,
        "src/b.hpp": two,
        "src/api.cpp": "int show(Ptr it) { return it->total(); }\n",
    }
    assert [("total", [])] == _called(model_of(files), "show")


def test_classes_of_one_name_have_their_own_methods() -> None:
    head = "class Store { public: int get(); int use() { return get(); } };\n"
    files = {
        "redis/store.hpp": head,
        "redis/store.cpp": "int Store::get() { return 1; }\n",
        "disk/store.hpp": head.replace("use", "put"),
        "disk/store.cpp": "int Store::get() { return 2; }\n",
    }
    model = model_of(files)
    assert [("get", ["redis/store.cpp:Store.get"])] == _called(model, "use")
    assert [("get", ["disk/store.cpp:Store.get"])] == _called(model, "put")


def test_a_base_for_single_objects_gives_an_object_of_the_heir() -> None:
    base = "template <typename T> class Single { public: static T &Instance() { static T made; return made; } };\n"
    heir = '#include "single.hpp"\nclass Orders : public Single<Orders> { public: int total() { return 1; } };\n'
    body = '#include "orders.hpp"\nint show() { auto orders = Orders::Instance(); orders.total(); return Orders::Instance().total(); }\n'
    found = _called(
        model_of({"src/single.hpp": base, "src/orders.hpp": heir, "src/api.cpp": body}), "show"
    )
    assert [["src/orders.hpp:Orders.total"]] * 2 == [to for name, to in found if name == "total"]


def test_a_function_of_no_namespace_is_one_whose_header_is_included() -> None:
    head, body = "int total(int id);\n", "int total(int id) { return id; }\n"
    used = '#include "more.hpp"\nnamespace shop { int show() { return total(1); } int total; }\n'
    files = {
        "src/sums.hpp": head,
        "src/sums.cpp": body,
        "src/more.hpp": '#include "sums.hpp"\n',
        "tool/old.cpp": body,
    }
    assert [("total", ["src/sums.cpp:total"])] == _called(
        model_of({**files, "src/api.cpp": used}), "show"
    )
    apart = used.replace("more.hpp", "less.hpp")
    assert [("total", [])] == _called(model_of({**files, "src/api.cpp": apart}), "show")


def test_what_any_string_has_is_no_method_of_the_project() -> None:
    own = "class Filter { public: bool empty() { return true; } bool selective() { return true; } };\n"
    body = "int show(Json body) { body.name.empty(); body.name.selective(); return 1; }\n"
    model = model_of({"src/filter.hpp": own, "src/api.cpp": body})
    assert [("empty", []), ("selective", ["src/filter.hpp:Filter.selective"])] == _called(
        model, "show"
    )
