"""Endpoints of Rust projects, one small project a row, as people write them."""

import pytest
from tests.review.cases import model_of

Row = tuple[str, str, str, bool, bool]

AXUM_MODULES = {
    "src/main.rs": """
use axum::{middleware, routing::get, Router};
use tower_http::trace::TraceLayer;
mod auth;
mod orders;
mod users;

#[tokio::main]
async fn main() {
    let state = AppState::new().await;
    let public = Router::new().merge(users::public()).route("/health", get(|| async { "ok" }));
    let private = Router::new()
        .nest("/orders", orders::router())
        .merge(users::private())
        .route_layer(middleware::from_fn_with_state(state.clone(), auth::require_login));
    let app = Router::new().nest("/api/v1", public.merge(private)).fallback(not_found).layer(TraceLayer::new_for_http()).with_state(state);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn not_found() -> &'static str { "?" }
""",
    "src/auth.rs": """
use axum::{extract::Request, middleware::Next, response::Response, http::StatusCode};
pub async fn require_login(req: Request, next: Next) -> Result<Response, StatusCode> {
    if req.headers().get("authorization").is_none() { return Err(StatusCode::UNAUTHORIZED); }
    Ok(next.run(req).await)
}
""",
    "src/orders/mod.rs": """
use axum::{routing::{delete, get}, Router};
mod handlers;
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/", get(handlers::list).post(handlers::create))
        .route("/{id}", get(handlers::show).merge(delete(handlers::remove)))
}
""",
    "src/orders/handlers.rs": """
use axum::{extract::{Path, Query, State}, Json};
pub async fn list(State(s): State<AppState>, Query(page): Query<Page>) -> Json<Vec<Order>> { todo!() }
pub async fn create(State(s): State<AppState>, Json(body): Json<NewOrder>) -> Json<Order> { todo!() }
pub async fn show(Path(id): Path<i64>) -> Json<Order> { todo!() }
pub async fn remove(Path(id): Path<i64>) { todo!() }
""",
    "src/users.rs": """
use axum::{routing::{get, post}, Router};
pub fn public() -> Router<AppState> {
    let limit = GovernorLayer { config: std::sync::Arc::new(conf()) };
    Router::new().route("/login", post(login).layer(limit)).route("/register", post(register))
}
pub fn private() -> Router<AppState> { Router::new().route("/me", get(me)) }
async fn login() {}
async fn register() {}
async fn me() {}
""",
}

ROCKET_GROWN = {
    "src/main.rs": """
mod api;
#[rocket::main]
async fn main() {
    let base = CONFIG.base_path();
    rocket::build()
        .mount([base, "/api"].concat(), api::note_routes())
        .mount(format!("{base}/admin"), api::admin_routes())
        .mount("/plain", routes![api::ping])
        .launch().await;
}
""",
    "src/api/mod.rs": """
mod admin;
mod notes;
pub mod guard;
pub use crate::api::{admin::routes as admin_routes, notes::routes as note_routes};
#[get("/ping")]
pub fn ping() -> &'static str { "pong" }
""",
    "src/api/notes.rs": """
use rocket::Route;
use crate::api::guard::Member;
pub fn routes() -> Vec<Route> {
    let mut more = routes![drop_note];
    let mut all = Vec::new();
    all.append(&mut routes![list_notes]);
    all.append(&mut more);
    all
}
#[get("/notes")]
fn list_notes() {}
#[delete("/notes/<id>")]
fn drop_note(id: i64, member: Member) {}
""",
    "src/api/admin.rs": """
use rocket::Route;
pub fn routes() -> Vec<Route> { routes![stats] }
#[get("/stats")]
fn stats() {}
""",
    "src/api/guard.rs": """
pub struct Session { id: i64 }
pub struct Member { id: i64 }
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Session {
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        match request.headers().get_one("Authorization") { Some(t) => Outcome::Success(read(t)), None => Outcome::Error((Status::Unauthorized, Error)) }
    }
}
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Member {
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Error> {
        let session = try_outcome!(Session::from_request(request).await);
        Outcome::Success(Member { id: session.id })
    }
}
""",
}

AXUM_EXTRACTORS = {
    "src/lib.rs": """
use axum::Router;
pub mod extract;
pub mod http;
pub fn app(pool: PgPool) -> Router { api_router().layer(tower_http::cors::CorsLayer::permissive()).with_state(pool) }
fn api_router() -> Router<PgPool> { http::articles::router().merge(http::tags::router()) }
""",
    "src/extract.rs": """
use axum::extract::FromRequestParts;
pub struct AuthUser { pub id: i64 }
pub struct MaybeAuthUser(pub Option<AuthUser>);
pub struct Paging { pub page: u32 }
impl<S> FromRequestParts<S> for AuthUser {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _s: &S) -> Result<Self, Error> {
        let header = parts.headers.get(AUTHORIZATION).ok_or(Error::Unauthorized)?;
        decode(header)
    }
}
impl<S> FromRequestParts<S> for Paging {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _s: &S) -> Result<Self, Infallible> { Ok(Paging { page: 1 }) }
}
""",
    "src/http/articles.rs": """
use axum::{routing::{get, put}, Router, Json};
use crate::extract::{AuthUser, MaybeAuthUser, Paging};
const ONE: &str = "/articles/:slug";
pub(crate) fn router() -> Router<PgPool> {
    Router::new()
        .route("/articles", get(list_articles).post(create_article))
        .route(ONE, put(update_article).delete(delete_article).get(get_article))
}
async fn list_articles(user: MaybeAuthUser, paging: Paging) {}
async fn create_article(user: AuthUser, Json(a): Json<New>) {}
async fn update_article(AuthUser { id }: AuthUser) {}
async fn delete_article(user: AuthUser) {}
async fn get_article(user: Option<AuthUser>) {}
""",
    "src/http/tags.rs": """
use axum::{routing, Router};
pub fn router() -> Router<PgPool> { Router::new().route("/tags", routing::get(get_tags)).route("/any", axum::routing::any(anything)) }
async fn get_tags() {}
async fn anything() {}
""",
}

AXUM_CONTROLLERS = {
    "src/server.rs": """
use axum::Router;
use tower::ServiceBuilder;
use crate::controllers::Users;

pub struct Server;
impl Server {
    pub fn router(&self) -> Router {
        let mut app = Router::new();
        app = app.nest("/users", Users::routes());
        if self.debug { app = app.route("/debug", axum::routing::get(debug)); }
        app = Self::admin(app);
        app.layer(ServiceBuilder::new().layer(TraceLayer::new_for_http()).layer(RateLimitLayer::new(5, Duration::from_secs(1))))
    }
    fn admin(router: Router) -> Router {
        router.route("/admin/stats", axum::routing::get(stats).layer(ValidateRequestHeaderLayer::bearer("x")))
    }
}
async fn debug() {}
async fn stats() {}
""",
    "src/controllers.rs": """
use axum::routing::{get, on, MethodFilter};
pub struct Users;
impl Users {
    pub fn routes() -> axum::Router {
        axum::Router::new().route("/", get(Self::index).post(Users::create)).route("/{id}/avatar", on(MethodFilter::PUT, Self::avatar))
    }
    async fn index() {}
    async fn create() {}
    async fn avatar() {}
}
""",
}

ACTIX_SCOPES = {
    "src/main.rs": """
use actix_web::{web, App, HttpServer, middleware::Logger};
use actix_web_httpauth::middleware::HttpAuthentication;
use actix_governor::{Governor, GovernorConfigBuilder};
mod handlers;
mod routes;

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let conf = GovernorConfigBuilder::default().per_second(2).finish().unwrap();
    HttpServer::new(move || {
        let auth = HttpAuthentication::bearer(validator);
        App::new()
            .wrap(Logger::default())
            .service(handlers::hello)
            .service(web::resource("/login").wrap(Governor::new(&conf)).route(web::post().to(handlers::login)))
            .service(web::scope("/api").wrap(auth).configure(routes::orders).service(web::scope("/v2").service(handlers::v2)))
            .route("/ping", web::get().to(|| async { "pong" }))
            .default_service(web::to(not_found))
    })
    .bind(("0.0.0.0", 8080))?
    .run()
    .await
}
async fn not_found() {}
""",
    "src/handlers.rs": """
use actix_web::{get, post, route, web};
#[get("/hello/{name}")]
pub async fn hello(name: web::Path<String>) -> String { todo!() }
pub async fn login(form: web::Form<Login>) {}
#[route("/things", method = "GET", method = "POST")]
pub async fn v2() {}
""",
    "src/routes.rs": """
use actix_web::web::{self, ServiceConfig};
pub fn orders(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/orders")
            .route("", web::get().to(list))
            .route("", web::post().to(create))
            .service(web::resource("/{id}").route(web::get().to(show)).route(web::delete().to(remove))),
    );
}
async fn list() {}
async fn create() {}
async fn show() {}
async fn remove() {}
""",
}

ACTIX_MARKS = {
    "src/main.rs": """
use actix_web::{App, HttpServer, web};
mod users;
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().service((index, users::list)).service(users::scope()).configure(|cfg| admin(cfg)))
        .bind("0:80")?.run().await
}
#[actix_web::get("/")]
async fn index() -> &'static str { "hi" }
fn admin(cfg: &mut web::ServiceConfig) {
    cfg.route("/admin", web::get().guard(actix_web::guard::Header("x", "y")).to(panel)).service(web::resource("/admin/x").get(panel).post(panel));
}
async fn panel(user: AdminUser) {}
""",
    "src/users.rs": """
use actix_web::{get, put, web, Scope, dev::Payload, FromRequest, HttpRequest};
pub struct Token(String);
impl FromRequest for Token {
    type Error = Error;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        match req.headers().get("Authorization") { Some(v) => ok(Token(v.to_string())), None => err(ErrorUnauthorized("no")) }
    }
}
#[get("/users")]
pub async fn list() {}
#[put("/{id}", wrap = "RequireAdmin")]
async fn update() {}
#[get("/{id}")]
async fn one(t: Token, id: web::Path<i64>) {}
#[get("/{id}/photo")]
async fn photo(t: Option<Token>) {}
pub fn scope() -> Scope { web::scope("/users").service(update).service(one).service(photo) }
""",
}

ACTIX_TYPES = {
    "src/lib.rs": """
use actix_web::{dev::Server, middleware::from_fn, web, App, HttpServer};
use actix_session::SessionMiddleware;
use actix_identity::IdentityMiddleware;
mod routes;
const PREFIX: &str = "/v1";
pub fn run(listener: TcpListener) -> Result<Server, Error> {
    let server = HttpServer::new(move || {
        App::new()
            .wrap(IdentityMiddleware::default())
            .wrap(SessionMiddleware::new(store.clone(), key.clone()))
            .service(
                web::scope(PREFIX)
                    .service(web::scope("/admin").wrap(from_fn(reject_anonymous_users)).route("/dashboard", web::get().to(routes::dashboard)))
                    .route("/items/{id}", web::patch().to(routes::patch_item::<Repo>)),
            )
            .app_data(pool.clone())
    })
    .listen(listener)?
    .run();
    Ok(server)
}
pub async fn reject_anonymous_users(req: ServiceRequest, next: Next) {}
""",
    "src/routes/mod.rs": "pub async fn dashboard() {}\npub async fn patch_item<R>(repo: web::Data<R>, body: web::Json<X>) {}\n",
}

ROCKET_GUARDS = {
    "src/main.rs": """
#[macro_use] extern crate rocket;
mod routes;
mod auth;
#[launch]
fn rocket() -> _ {
    rocket::build()
        .mount("/", routes![index])
        .mount("/api", routes![routes::users::login, routes::users::me, routes::posts::list, routes::posts::create])
        .register("/", catchers![missing])
}
#[get("/")]
fn index() -> &'static str { "hi" }
#[catch(404)]
fn missing() {}
""",
    "src/auth.rs": """
use rocket::request::{FromRequest, Outcome, Request};
use rocket::http::Status;
pub struct User { pub id: i32 }
#[rocket::async_trait]
impl<'r> FromRequest<'r> for User {
    type Error = ();
    async fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {
        match req.headers().get_one("Authorization") { Some(_) => Outcome::Success(User { id: 1 }), None => Outcome::Error((Status::Unauthorized, ())) }
    }
}
""",
    "src/routes/mod.rs": "pub mod users;\npub mod posts;\n",
    "src/routes/users.rs": """
use rocket::serde::json::Json;
use crate::auth::User;
#[post("/users/login", format = "json", data = "<form>")]
pub async fn login(form: Json<Login>) {}
#[get("/user")]
pub async fn me(user: User) {}
""",
    "src/routes/posts.rs": """
use crate::auth::User;
#[get("/posts?<page>&<filter..>")]
pub async fn list(page: Option<u32>, filter: Filter, user: Option<User>) {}
#[post("/posts/<slug>/comments", data = "<c>")]
pub async fn create(slug: &str, c: rocket::form::Form<C>, user: User) {}
""",
}

ROCKET_STAGES = {
    "src/main.rs": """
mod orders;
#[rocket::main]
async fn main() -> Result<(), rocket::Error> {
    rocket::build().attach(orders::stage()).ignite().await?.launch().await?;
    Ok(())
}
""",
    "src/orders.rs": """
use rocket::{fairing::AdHoc, get, delete, routes};
#[get("/")]
async fn list() {}
#[get("/<id>", rank = 2)]
async fn read(id: i64) {}
#[delete("/<id>")]
async fn remove(id: i64, _limit: RocketGovernor<'_, Limit>) {}
pub fn stage() -> AdHoc {
    AdHoc::on_ignite("orders", |rocket| async { rocket.mount("/orders", routes![list, read, remove]) })
}
""",
}

ROCKET_LISTS = {
    "src/lib.rs": """
mod api;
pub fn build() -> rocket::Rocket<rocket::Build> {
    let rocket = rocket::custom(figment()).mount("/v1/files", api::routes());
    rocket.mount("/v1", api::more())
}
""",
    "src/api.rs": """
use rocket::{Route, put, head, routes};
pub fn routes() -> Vec<Route> { routes![upload, probe] }
pub fn more() -> Vec<Route> { rocket::routes![status] }
#[put("/<path..>", data = "<file>")]
fn upload(path: PathBuf, file: Data<'_>, key: ApiKey<'_>) {}
#[head("/<path..>")]
fn probe(path: PathBuf) {}
#[rocket::get("/status")]
fn status() {}
""",
}

WARP_FILTERS = {
    "src/main.rs": """
use warp::Filter;
mod filters;
#[tokio::main]
async fn main() {
    let health = warp::path!("health").and(warp::get()).map(|| "ok");
    let routes = health.or(filters::todos(db())).with(warp::log("todos"));
    warp::serve(routes).run(([127, 0, 0, 1], 3030)).await;
}
""",
    "src/filters.rs": """
use warp::Filter;
use crate::handlers;
pub fn todos(db: Db) -> impl Filter<Extract = impl warp::Reply, Error = warp::Rejection> + Clone {
    list(db.clone()).or(create(db.clone())).or(remove(db))
}
pub fn list(db: Db) -> impl Filter<Extract = impl warp::Reply, Error = warp::Rejection> + Clone {
    warp::path!("todos").and(warp::get()).and(warp::query::<ListOptions>()).and(with_db(db)).and_then(handlers::list_todos)
}
pub fn create(db: Db) -> impl Filter<Extract = impl warp::Reply, Error = warp::Rejection> + Clone {
    warp::path!("todos").and(warp::post()).and(json_body()).and(with_db(db)).and_then(handlers::create_todo)
}
pub fn remove(db: Db) -> impl Filter<Extract = impl warp::Reply, Error = warp::Rejection> + Clone {
    let admin_only = warp::header::exact("authorization", "Bearer admin");
    warp::path!("todos" / u64).and(admin_only).and(warp::delete()).and(with_db(db)).and_then(handlers::delete_todo)
}
fn with_db(db: Db) -> impl Filter<Extract = (Db,), Error = std::convert::Infallible> + Clone { warp::any().map(move || db.clone()) }
fn json_body() -> impl Filter<Extract = (Todo,), Error = warp::Rejection> + Clone { warp::body::content_length_limit(1024).and(warp::body::json()) }
""",
    "src/handlers.rs": "pub async fn list_todos() {}\npub async fn create_todo() {}\npub async fn delete_todo() {}\n",
}

WARP_PREFIX = {
    "src/main.rs": """
use warp::{Filter, path, get, post};
#[tokio::main]
async fn main() {
    let api = warp::path("api").and(warp::path("v1"));
    let users = warp::path("users");
    let list = api.and(users).and(warp::path::end()).and(warp::get()).and_then(list_users);
    let show = api.and(users).and(warp::path::param::<u32>()).and(warp::path::end()).and(warp::get()).and_then(show_user);
    let make = api.and(users).and(warp::path::end()).and(warp::post()).and(with_auth()).and(warp::body::json()).and_then(make_user);
    warp::serve(list.or(show).or(make)).run(addr).await;
}
fn with_auth() -> impl Filter<Extract = (User,), Error = warp::Rejection> + Clone { warp::header::<String>("authorization").and_then(check_token) }
async fn check_token(h: String) {}
async fn list_users() {}
async fn show_user(id: u32) {}
async fn make_user() {}
""",
}

WARP_NESTED = {
    "src/routes.rs": """
use warp::{filters::BoxedFilter, Filter, Reply};
pub fn api() -> BoxedFilter<(impl Reply,)> {
    let orders = warp::path!("orders" / ..).and(list().or(one()));
    warp::path("api").and(orders).boxed()
}
fn list() -> BoxedFilter<(impl Reply,)> { warp::get().and(warp::path::end()).then(all_orders).boxed() }
fn one() -> BoxedFilter<(impl Reply,)> { warp::path!(u32 / "items").and(warp::put()).then(put_items).boxed() }
async fn all_orders() {}
async fn put_items(id: u32) {}
""",
}

EXPECTED: list[tuple[dict[str, str], set[Row], str]] = [
    (AXUM_MODULES, {
        ("POST", "/api/v1/login", "login", False, True), ("POST", "/api/v1/register", "register", False, False),
        ("GET", "/api/v1/health", "main", False, False), ("GET", "/api/v1/me", "me", True, False),
        ("GET", "/api/v1/orders", "list", True, False), ("POST", "/api/v1/orders", "create", True, False),
        ("GET", "/api/v1/orders/{id}", "show", True, False), ("DELETE", "/api/v1/orders/{id}", "remove", True, False),
    }, "Axum: routers of modules are merged and nested, a layer counts for what stands before it"),
    (AXUM_EXTRACTORS, {
        ("GET", "/articles", "list_articles", False, False), ("POST", "/articles", "create_article", True, False),
        ("PUT", "/articles/{slug}", "update_article", True, False), ("DELETE", "/articles/{slug}", "delete_article", True, False),
        ("GET", "/articles/{slug}", "get_article", False, False), ("GET", "/tags", "get_tags", False, False), ("*", "/any", "anything", False, False),
    }, "Axum: an extractor that refuses is a login, one that may be absent is none"),
    (AXUM_CONTROLLERS, {
        ("GET", "/users", "Users.index", False, True), ("POST", "/users", "Users.create", False, True), ("PUT", "/users/{id}/avatar", "Users.avatar", False, True),
        ("GET", "/debug", "debug", False, True), ("GET", "/admin/stats", "stats", True, True),
    }, "Axum: a router is reassigned and handed through functions, handlers are methods"),
    (ACTIX_SCOPES, {
        ("GET", "/hello/{name}", "hello", False, False), ("POST", "/login", "login", False, True), ("GET", "/ping", "main", False, False),
        ("GET", "/api/orders", "list", True, False), ("POST", "/api/orders", "create", True, False), ("GET", "/api/orders/{id}", "show", True, False),
        ("DELETE", "/api/orders/{id}", "remove", True, False), ("GET", "/api/v2/things", "v2", True, False), ("POST", "/api/v2/things", "v2", True, False),
    }, "Actix: scopes with middleware, resources and configure functions"),
    (ACTIX_MARKS, {
        ("GET", "/", "index", False, False), ("GET", "/users", "list", False, False), ("PUT", "/users/{id}", "update", True, False),
        ("GET", "/users/{id}", "one", True, False), ("GET", "/users/{id}/photo", "photo", False, False),
        ("GET", "/admin", "panel", True, False), ("GET", "/admin/x", "panel", True, False), ("POST", "/admin/x", "panel", True, False),
    }, "Actix: marked handlers in tuples and in a scope that a function gives"),
    (ACTIX_TYPES, {
        ("GET", "/v1/admin/dashboard", "dashboard", True, False), ("PATCH", "/v1/items/{id}", "patch_item", False, False),
    }, "Actix: sessions and identities alone demand nothing, generic handlers keep their names"),
    (ROCKET_GUARDS, {
        ("GET", "/", "index", False, False), ("POST", "/api/users/login", "login", False, False), ("GET", "/api/user", "me", True, False),
        ("GET", "/api/posts", "list", False, False), ("POST", "/api/posts/{slug}/comments", "create", True, False),
    }, "Rocket: request guards are logins, optional ones are none"),
    (ROCKET_STAGES, {
        ("GET", "/orders", "list", False, False), ("GET", "/orders/{id}", "read", False, False), ("DELETE", "/orders/{id}", "remove", False, True),
    }, "Rocket: a stage mounts routes when it is attached"),
    (ROCKET_LISTS, {
        ("PUT", "/v1/files/{path}", "upload", True, False), ("HEAD", "/v1/files/{path}", "probe", False, False), ("GET", "/v1/status", "status", False, False),
    }, "Rocket: functions give lists of routes"),
    (WARP_FILTERS, {
        ("GET", "/health", "main", False, False), ("GET", "/todos", "list_todos", False, False), ("POST", "/todos", "create_todo", False, False),
        ("DELETE", "/todos/{param}", "delete_todo", True, False),
    }, "Warp: filters of functions, joined with or"),
    (ROCKET_GROWN, {
        ("GET", "/api/notes", "list_notes", False, False), ("DELETE", "/api/notes/{id}", "drop_note", True, False),
        ("GET", "/admin/stats", "stats", False, False), ("GET", "/plain/ping", "ping", False, False),
    }, "Rocket: lists that grow, handed on under other names, mounted below a base path that the configuration holds"),
    (WARP_PREFIX, {
        ("GET", "/api/v1/users", "list_users", False, False), ("GET", "/api/v1/users/{param}", "show_user", False, False),
        ("POST", "/api/v1/users", "make_user", True, False),
    }, "Warp: prefixes are filters in variables"),
    (WARP_NESTED, {
        ("GET", "/api/orders", "all_orders", False, False), ("PUT", "/api/orders/{param}/items", "put_items", False, False),
    }, "Warp: or below a prefix"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"), [pytest.param(files, rows, id=name) for files, rows, name in EXPECTED]
)
def test_endpoints(files: dict[str, str], expected: set[Row]) -> None:
    assert expected == {
        (e.method, e.path, e.handler, e.auth, e.limited) for e in model_of(files).endpoints
    }


def test_parameters() -> None:
    files = {
        "src/main.rs": """
use axum::{extract::{Path, Query}, routing::post, Form, Json, Router};
pub struct Page { pub page: u32, pub size: u32 }
pub fn app() -> Router { Router::new().route("/a/{id}", post(save)) }
async fn save(Path(id): Path<i64>, Query(page): Query<Page>, Json(order): Json<Order>) {}
"""
    }
    taken = {(p.name, p.where) for e in model_of(files).endpoints for p in e.params}
    assert {("id", "path"), ("page", "query"), ("size", "query"), ("order", "body")} == taken


def test_paths_that_an_enum_has_are_not_known_and_their_handlers_are() -> None:
    files = {
        "src/main.rs": """
use axum::{routing::get, Router};
use crate::api::v1::orders;
pub fn app() -> Router { Router::new().nest("/v1", orders()) }
""",
        "src/api.rs": """
pub mod v1 {
    use axum::{routing::get, Router};
    pub fn orders() -> Router {
        Router::new().route(Place::Orders.path(), get(list).post(add)).route("/rows", get(|| async { rows() })).route(place(), get(gone))
    }
    async fn list() {}
    async fn add() {}
    async fn gone() {}
}
""",
    }
    found = {(e.method, e.path, e.handler) for e in model_of(files).endpoints}
    assert found == {
        ("GET", "/v1/{*}", "list"),
        ("POST", "/v1/{*}", "add"),
        ("GET", "/v1/rows", "orders"),
    }
