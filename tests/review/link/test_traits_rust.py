"""Rust: where calls lead that are made through a trait: of a type parameter, a field, an associated type, or what all have that have another trait."""

import pytest
from tests.review.cases import model_of

FILES = {
    "Cargo.toml": '[workspace]\nmembers = ["shop", "pg"]\n',
    "shop/Cargo.toml": '[package]\nname = "shop"\n',
    "pg/Cargo.toml": '[package]\nname = "shop-pg"\n',
    "shop/src/lib.rs": "pub mod service;\npub mod api;\n",
    "shop/src/service/mod.rs": "mod store;\nmod lists;\npub use store::*;\npub use lists::*;\n",
    "shop/src/service/store.rs": """
pub trait Transaction<D> where Self: Sized + Send {
    type Handle<'a>: Send + 'a where Self: 'static;
    async fn begin(state: D) -> Result<Self, Error>;
    async fn commit(self) -> Result<(), Error>;
    fn handle(&mut self) -> Self::Handle<'_>;
}
pub trait Store where Self: Clone + Send + Sync + 'static {
    type Tx: Transaction<Self::State>;
    type State: Clone + Send;
    async fn newest_impl(id: u64, tx: <Self::Tx as Transaction<Self::State>>::Handle<'_>) -> Vec<u64>;
    async fn drop_all() { forget() }
    fn plain(&self) -> u64 { 1 }
}
pub trait Audit { fn note(&self, what: &str); }
pub type SharedAudit = std::sync::Arc<dyn Audit + Send + Sync>;
""",
    "shop/src/service/lists.rs": """
use super::{Store, Transaction};
pub trait Lists where Self: Store {
    async fn newest(id: u64, mut tx: Self::Tx) -> Vec<u64> { Self::newest_impl(id, tx.handle()).await }
}
impl<T> Lists for T where T: Store {}
pub trait Sums { fn total(&self) -> u64; }
impl<T: Store> Sums for T { fn total(&self) -> u64 { self.plain() } }
pub struct App<S> { pub store: S, pub cached: Cached<S> }
pub struct Cached<C: Store> { pub inner: C }
impl<S: Store> App<S> { pub fn sum(&self) -> u64 { self.store.total() } }
pub struct Server<S: Store> { held: std::marker::PhantomData<S> }
pub trait Service<S: Store> { async fn serve(id: u64) -> u64 { 1 } fn other(&self); }
""",
    "shop/src/api.rs": "",
    "pg/src/lib.rs": "mod catalog;\n#[derive(Clone)]\npub struct PgStore {}\npub struct PgTx {}\npub struct PgState {}\n",
    "pg/src/catalog.rs": """
use shop::service::{Audit, Service, Server, Store, Transaction};
use crate::{PgState, PgTx};
impl Store for super::PgStore {
    type Tx = PgTx;
    type State = PgState;
    async fn newest_impl(id: u64, tx: Handle) -> Vec<u64> { read(id, tx) }
    async fn drop_all() { erase() }
}
impl Transaction<PgState> for PgTx {
    type Handle<'a> = Handle<'a>;
    async fn begin(state: PgState) -> Result<Self, Error> { open(state) }
    async fn commit(self) -> Result<(), Error> { close(self) }
    fn handle(&mut self) -> Self::Handle<'_> { give(self) }
}
impl PgState { pub fn pool(&self) -> u64 { pool_of(self) } }
impl Audit for super::PgStore { fn note(&self, what: &str) { write_down(what) } }
impl<S: Store> Service<S> for Server<S> { fn other(&self) { go() } }
""",
}
USES = "use crate::service::*;\n"


@pytest.mark.parametrize(
    ("code", "name", "owners"),
    [
        pytest.param("async fn f<S: Store>() { S::drop_all().await; }", "drop_all", ["PgStore", "Store"], id="a type parameter's trait"),
        pytest.param("fn f<S>() where S: Clone + Store { S::newest_impl(1, t); }", "newest_impl", ["PgStore"], id="bound in a where clause"),
        pytest.param("fn f<S: Audit + Store>() { spawn(async move { S::note(a); }); }", "note", ["PgStore"], id="within a closure"),
        pytest.param("struct A<S>(S);\nimpl<S: Store> A<S> { fn f(&self) { S::newest_impl(1, t); } }", "newest_impl", ["PgStore"], id="bound at the impl"),
        pytest.param("fn f(audit: impl Audit + Send) { audit.note(a); }", "note", ["PgStore"], id="a parameter that implements it"),
        pytest.param("fn f(audit: Arc<dyn Send + Audit>) { audit.note(a); }", "note", ["PgStore"], id="a marker before the trait"),
        pytest.param("fn f(audit: &SharedAudit) { audit.note(a); }", "note", ["PgStore"], id="a name for a type, handed on"),
        pytest.param("async fn f<S: Store>(s: S::State) { let mut tx = S::Tx::begin(s).await?; tx.commit().await?; }", "begin", ["PgTx"], id="an associated type"),
        pytest.param("async fn f<S: Store>(s: S::State) { let mut tx = S::Tx::begin(s).await.map_err(E::from)?; tx.commit().await?; }", "commit", ["PgTx"], id="what an associated type gives, its error changed"),
        pytest.param("async fn f<S: Store>(s: u8) { <S::Tx as Transaction<S::State>>::begin(s).await; }", "begin", ["PgTx"], id="seen as a trait"),
        pytest.param("fn f<S: Store>(state: S::State) { state.pool(); }", "pool", ["PgState"], id="an associated type that only one says"),
        pytest.param("async fn f<S: Store>(tx: S::Tx) { S::newest(1, tx).await; }", "newest", ["Lists"], id="what all have that have the trait"),
        pytest.param("fn f<S: Store>(store: S) { store.total(); }", "total", ["T"], id="written where all are given it"),
        pytest.param("fn f(store: shop_pg::PgStore) { store.total(); }", "total", ["T"], id="of a type of another crate"),
        pytest.param("fn f<S: Store>(app: &App<S>) { app.store.plain(); }", "plain", ["Store"], id="a field, bound where its type is implemented"),
        pytest.param("fn f<S: Store>(app: &App<S>) { app.cached.inner.drop_all(); }", "drop_all", ["PgStore", "Store"], id="a field's field"),
        pytest.param("use shop_pg::PgStore;\nfn f(app: Arc<App<PgStore>>) { app.store.drop_all(); }", "drop_all", ["PgStore"], id="the type that is given for a parameter"),
        pytest.param("async fn f<S: Store>() { Server::<S>::serve(1).await; }", "serve", ["Service"], id="a trait that is given in another crate"),
        pytest.param("fn f<S>(store: S) { store.total(); }", "total", [], id="a parameter that nothing is said of"),
        pytest.param("fn f<S: elsewhere::Shelf>() { S::drop_all(); }", "drop_all", [], id="bound by a trait that is not the project's"),
        pytest.param("pub struct Query<T>(pub T);\npub struct Page {}\nimpl Page { fn limit(&self) -> u64 { 1 } }\nfn f(Query(page): Query<Page>) { page.limit(); }", "limit", ["Page"], id="what an extractor of the project's hands over"),
        pytest.param("pub struct State<S: Store> { pub held: S }\nfn f<S: Store>(state: Arc<State<S>>) { state.held.drop_all(); }", "drop_all", ["PgStore", "Store"], id="a type of the project's that is called like an extractor"),
        pytest.param("fn f<S: Audit + Store>() { S::newest_impl(1, t); }", "newest_impl", ["PgStore"], id="the second of two traits"),
        pytest.param("fn f<S: Audit + Store>(store: &S) { store.total(); }", "total", ["T"], id="the second trait of a parameter"),
        pytest.param("pub trait Load { fn load_one(id: u64) -> Result<Self, Error> { read(id) } }\nstruct Row {}\nimpl Load for Row {}\nimpl Row { fn shown(&self) {} }\nfn f() { if let Ok(row) = Row::load_one(1) { row.shown(); } }", "shown", ["Row"], id="what a trait calls Self"),
        pytest.param("pub trait Load { fn load_one(id: u64) -> Self; fn shown(&self); }\nstruct A {}\nstruct B {}\nimpl Load for A { fn load_one(id: u64) -> Self { a(id) } fn shown(&self) { a() } }\nimpl Load for B { fn load_one(id: u64) -> Self { b(id) } fn shown(&self) { b() } }\nfn f<L: Load>() { L::load_one(1).shown(); }", "shown", ["A", "B"], id="what several give"),
        pytest.param("struct B {}\nimpl Audit for B {}\nfn f(b: B) { b.note(a); }", "note", ["Audit"], id="a type that lacks it has no other's"),
    ],
)  # fmt: skip
def test_where_a_trait_leads(code: str, name: str, owners: list[str]) -> None:
    model = model_of(FILES | {"shop/src/api.rs": USES + code})
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/src/api.rs")
    call = next(call for call in model.files[at].calls if call.name == name)
    found = model.project.resolve_call(at, call)
    assert sorted(model.project.function(fn).owner for fn in found) == owners


def test_self_of_a_trait_leads_to_what_the_trait_stands_on() -> None:
    model = model_of(FILES)
    at = next(n for n, file in enumerate(model.files) if file.path.endswith("lists.rs"))
    found = {
        call.name: [model.project.label(fn) for fn in model.project.resolve_call(at, call)]
        for call in model.files[at].calls
    }
    assert found["newest_impl"] == ["PgStore.newest_impl"]
    assert found["handle"] == ["PgTx.handle"]
    assert found["plain"] == ["Store.plain"]
    assert found["total"] == ["T.total"]


def test_a_trait_that_many_have_says_nothing() -> None:
    many = "".join(
        f"pub struct A{n} {{}}\nimpl Audit for A{n} {{ fn note(&self, what: &str) {{ keep(what) }} }}\n"
        for n in range(5)
    )
    model = model_of(
        FILES | {"shop/src/api.rs": f"{USES}{many}fn f(audit: impl Audit) {{ audit.note(a); }}"}
    )
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/src/api.rs")
    call = next(call for call in model.files[at].calls if call.name == "note")
    assert [model.project.label(fn) for fn in model.project.resolve_call(at, call)] == [
        "Audit.note"
    ]
