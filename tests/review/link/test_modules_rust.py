"""Rust: which file a path of modules means, where several crates and modules have functions of one name."""

import pytest
from tests.review.cases import model_of

FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["shop", "store"]\n',
    "shop/Cargo.toml": '[package]\nname = "shop"\n',
    "store/Cargo.toml": '[package]\nname = "shop-store"\n',
    "store/src/lib.rs": "mod r#impl;\nmod rows;\npub use r#impl::*;\npub use rows as lines;\npub fn load() {}\n",
    "store/src/impl.rs": "pub fn total() {}\n",
    "store/src/rows.rs": "pub fn newest() {}\n",
    "shop/src/lib.rs": "pub mod orders;\npub mod rows;\npub fn load() {}\npub fn total() {}\n",
    "shop/src/rows.rs": "pub fn newest() {}\n",
    "shop/src/orders/mod.rs": "pub mod list;\npub mod sums;\npub fn load() {}\npub fn checked() {}\n",
    "shop/src/orders/sums.rs": "pub fn total() {}\npub fn checked() {}\n",
    "shop/src/orders/list.rs": "",
}


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("fn f() { super::load(); }", "shop/src/orders/mod.rs"),
        ("fn f() { super::super::load(); }", "shop/src/lib.rs"),
        ("fn f() { crate::load(); }", "shop/src/lib.rs"),
        ("fn f() { super::sums::total(); }", "shop/src/orders/sums.rs"),
        ("use super::load;\nfn f() { load(); }", "shop/src/orders/mod.rs"),
        ("use super::*;\nfn f() { load(); }", "shop/src/orders/mod.rs"),
        ("use super::{sums::*, list};\nfn f() { checked(); }", "shop/src/orders/sums.rs"),
        ("use crate::orders::sums;\nfn f() { sums::total(); }", "shop/src/orders/sums.rs"),
        ("use crate::orders;\nfn f() { orders::sums::total(); }", "shop/src/orders/sums.rs"),
        ("use crate::rows::newest;\nfn f() { newest(); }", "shop/src/rows.rs"),
        ("use shop_store::load;\nfn f() { load(); }", "store/src/lib.rs"),
        ("use shop_store::total;\nfn f() { total(); }", "store/src/impl.rs"),
        ("use shop_store::lines::newest;\nfn f() { newest(); }", "store/src/rows.rs"),
        ("fn f() { shop_store::lines::newest(); }", "store/src/rows.rs"),
        ("use shop_store::*;\nfn f() { total(); }", "store/src/impl.rs"),
        ("use super::load as read;\nfn f() { read(); }", "shop/src/orders/mod.rs"),
        ("fn load() {}\nfn f() { load(); }", "shop/src/orders/list.rs"),
        ("fn f() { load(); }", None),
        ("use elsewhere::load;\nfn f() { load(); }", None),
        ("use super::*;\nfn f() { newest(); }", None),
    ],
)
def test_which_file_a_path_means(code: str, path: str | None) -> None:
    model = model_of(FILES | {"shop/src/orders/list.rs": code})
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/src/orders/list.rs")
    found = [
        model.files[fn.file].path
        for call in model.files[at].calls
        for fn in model.project.resolve_call(at, call)
    ]
    assert found == ([path] if path else [])


STORES = {
    "Cargo.toml": '[workspace]\nmembers = ["shop", "store"]\n',
    "shop/Cargo.toml": '[package]\nname = "shop"\n',
    "store/Cargo.toml": '[package]\nname = "shop-store"\n',
    "store/src/lib.rs": "pub mod rows;\npub struct Rows {}\nimpl Rows {\n    pub fn newest(&self) {}\n}\n",
    "store/src/rows.rs": """
use std::sync::Arc;
use tokio::sync::RwLock;

pub struct Rows { pub held: Arc<RwLock<Held>> }
pub struct Held {}
impl Held {
    pub fn newest(&mut self) {}
}
impl Rows {
    pub fn open() -> Result<Self, String> { todo!() }
    pub fn sorted(self) -> Self { self }
    pub fn newest(&self) {}
}
""",
}


@pytest.mark.parametrize(
    ("code", "owner"),
    [
        (
            "use shop_store::rows::Rows;\nfn f() { Rows::open().unwrap().sorted().newest(); }",
            "Rows",
        ),
        ("fn f() { let rows = shop_store::rows::Rows::open()?.sorted(); rows.newest(); }", "Rows"),
        (
            "use shop_store::rows::Rows;\nasync fn f(rows: &Rows) { rows.held.write().await.newest(); }",
            "Held",
        ),
        ("use shop_store::rows::Rows;\nfn f(rows: &Rows) { rows.held.len().newest(); }", None),
    ],
)
def test_what_setters_and_locks_give(code: str, owner: str | None) -> None:
    model = model_of(STORES | {"shop/src/main.rs": code})
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/src/main.rs")
    calls = [call for call in model.files[at].calls if call.name == "newest"]
    found = [fn for call in calls for fn in model.project.resolve_call(at, call)]
    assert [(model.files[fn.file].path, model.project.function(fn).owner) for fn in found] == (
        [("store/src/rows.rs", owner)] if owner else []
    )


INLINE = {
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": "pub mod api;\npub mod start;\n",
    "src/api/mod.rs": "pub mod v1 {\n    pub mod orders;\n    pub mod rows;\n    pub use super::super::start::*;\n"
    "    pub fn all() { orders::newest(); }\n}\n",
    "src/api/v1/orders.rs": "pub fn newest() {}\n",
    "src/api/v1/rows.rs": "pub fn newest() {}\n",
    "src/start.rs": "",
}


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("use crate::api::v1::all;\nfn f() { all(); }", "src/api/mod.rs"),
        ("use crate::api::v1::orders::newest;\nfn f() { newest(); }", "src/api/v1/orders.rs"),
        ("use crate::api::v1::rows;\nfn f() { rows::newest(); }", "src/api/v1/rows.rs"),
        ("use crate::api::v1::none;\nfn f() { none(); }", None),
        ("use crate::api::Kind::newest;\nfn f() { newest(); }", None),
    ],
)
def test_a_module_that_is_written_inside_another_has_no_file(code: str, path: str | None) -> None:
    model = model_of(INLINE | {"src/start.rs": code})
    at = next(n for n, file in enumerate(model.files) if file.path == "src/start.rs")
    call = model.files[at].calls[0]
    found = [model.files[fn.file].path for fn in model.project.resolve_call(at, call)]
    assert found == ([path] if path else [])


def test_what_is_written_inside_finds_the_modules_beside_it() -> None:
    model = model_of(INLINE)
    at = next(n for n, file in enumerate(model.files) if file.path == "src/api/mod.rs")
    found = model.project.resolve_call(at, model.files[at].calls[0])
    assert [model.files[fn.file].path for fn in found] == ["src/api/v1/orders.rs"]


def test_a_list_has_no_method_of_what_is_in_it() -> None:
    code = "pub struct Row {}\nimpl Row { pub fn insert(&self) {} }\nfn f(mut rows: Vec<Row>, row: Row) { rows.insert(0, row); rows[0].insert(); }\n"
    model = model_of({"Cargo.toml": '[package]\nname = "shop"\n', "src/lib.rs": code})
    calls = [call for call in model.files[0].calls if call.name == "insert"]
    assert [len(model.project.resolve_call(0, call)) for call in calls] == [0, 1]


def test_a_module_stands_where_its_attribute_says() -> None:
    files = {
        "Cargo.toml": '[package]\nname = "shop"\n',
        "src/lib.rs": "pub mod orders;\n",
        "src/orders.rs": '#[path = "orders_rows.rs"]\nmod rows;\nuse rows::newest;\nfn f() { newest(); rows::oldest(); }\n',
        "src/orders_rows.rs": "pub fn newest() {}\npub fn oldest() {}\n",
        "src/stock/rows.rs": "pub fn newest() {}\npub fn oldest() {}\n",
    }
    model = model_of(files)
    at = next(n for n, file in enumerate(model.files) if file.path == "src/orders.rs")
    found = [
        model.files[fn.file].path
        for call in model.files[at].calls
        for fn in model.project.resolve_call(at, call)
    ]
    assert found == ["src/orders_rows.rs", "src/orders_rows.rs"]
