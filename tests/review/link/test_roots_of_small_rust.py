"""What stood between small Rust applications and their models: documented handlers, layers that guard nothing, lists of open paths, texts of Diesel."""

import pytest
from tests.review.cases import model_of

Shown = tuple[str, str, bool]


def shown(files: dict[str, str]) -> list[Shown]:
    return sorted((e.method, e.path, bool(e.auth)) for e in model_of(files).endpoints)


DOCUMENTED = """
use axum::{middleware::from_fn, routing::{get, post}, Extension, Router};
#[utoipa::path(post, path = "/v1/auth/enter", responses((status = 401, description = "Unauthorized")), tag = "Authentication")]
pub async fn enter(Json(asked): Json<Asked>) -> impl IntoResponse { todo!() }
#[tracing::instrument(skip(auth_service))]
pub async fn news(State(auth_service): State<Service>) -> impl IntoResponse { todo!() }
#[utoipa::path(get, path = "/v1/orders/all", tag = "orders")]
pub async fn all() -> impl IntoResponse { todo!() }
#[utoipa::path(get, path = "/v1/elsewhere", tag = "orders")]
pub async fn registered_elsewhere() -> impl IntoResponse { todo!() }
fn routes() -> Router {
    let public = Router::new().route("/auth/enter", post(enter)).route("/news", get(news));
    let private = Router::new().route("/orders/all", get(all)).layer(from_fn(require_login));
    Router::new().nest("/v1", public.merge(private)).layer(Extension(jwt_manager)).layer(cors_layer(security_config))
}
fn cors_layer(config: Config) -> CorsLayer { CorsLayer::new().allow_headers([AUTHORIZATION]) }
"""


def test_documentation_and_what_is_handed_to_handlers_guard_nothing_and_repeat_nothing() -> None:
    assert shown({"src/main.rs": DOCUMENTED}) == [
        ("GET", "/v1/elsewhere", False),
        ("GET", "/v1/news", False),
        ("GET", "/v1/orders/all", True),
        ("POST", "/v1/auth/enter", False),
    ]


HANDED = """
use actix_web::{get, web::Data, HttpRequest, HttpResponse, Responder};
#[get("/orders")]
async fn orders(req: HttpRequest, state: Data<State>) -> impl Responder { secured(req, &state, list).await }
#[get("/news")]
async fn news(req: HttpRequest, state: Data<State>) -> impl Responder { answered(req, &state, list).await }
async fn secured(request: HttpRequest, state: &State, work: Work) -> HttpResponse<BoxBody> {
    match decode_claims(&request, state).await {
        Ok(claims) => work(claims).await,
        Err(error) => error.into(),
    }
}
async fn answered(request: HttpRequest, state: &State, work: Work) -> HttpResponse<BoxBody> {
    work(request.path()).await
}
async fn decode_claims(request: &HttpRequest, state: &State) -> Result<Claims, Refused> {
    let header = request.headers().get("Authorization").ok_or(Refused::new(StatusCode::UNAUTHORIZED))?;
    Claims::from_token(header, state).map_err(|_| Refused::new(StatusCode::UNAUTHORIZED))
}
"""


def test_a_handler_that_hands_the_request_to_what_decodes_a_token() -> None:
    assert shown({"src/main.rs": HANDED}) == [("GET", "/news", False), ("GET", "/orders", True)]


WRAPPED = """
use actix_web::{web, App, HttpServer};
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| {
        App::new()
            .wrap_fn(|req, srv| {
                let who = get_user_id_from_request(&req);
                CLOSURE
                srv.call(req)
            })
            .route("/orders", web::get().to(orders))
    }).bind("0:80")?.run().await
}
async fn orders() -> HttpResponse { todo!() }
"""


@pytest.mark.parametrize(
    ("does", "is_guarded"),
    [
        pytest.param("tracing::info!(who);", False, id="a closure that writes a line of the log"),
        pytest.param(
            "if who.is_none() { return refuse(HttpResponse::Unauthorized()); }",
            True,
            id="one that refuses",
        ),
    ],
)
def test_layers_that_are_closures(does: str, *, is_guarded: bool) -> None:
    assert shown({"src/main.rs": WRAPPED.replace("CLOSURE", does)}) == [
        ("GET", "/orders", is_guarded)
    ]


MAIN = """
use actix_web::{web, App, HttpServer};
mod guard;
mod constants;
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new()
        .wrap(crate::guard::Authentication)
        .route("/api/enter", web::post().to(enter))
        .route("/api/enter", web::get().to(form))
        .route("/api/books/{id}/notes", web::get().to(notes))
        .route("/api/orders", web::get().to(orders)))
        .bind("0:80")?.run().await
}
"""
GUARD = """
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
pub struct Authentication;
impl<S, B> Transform<S, ServiceRequest> for Authentication {
    fn new_transform(&self, service: S) -> Self::Future { ok(AuthenticationMiddleware { service }) }
}
pub struct AuthenticationMiddleware<S> { service: S }
impl<S, B> Service<ServiceRequest> for AuthenticationMiddleware<S> {
    fn call(&self, req: ServiceRequest) -> Self::Future {
        if is_skipped(&req) || knows(&req) { return Box::pin(self.service.call(req)); }
        Box::pin(async move { Ok(req.into_response(HttpResponse::Unauthorized().finish())) })
    }
}
fn is_skipped(req: &ServiceRequest) -> bool {
    crate::constants::SKIPPED_ROUTES.iter().any(|each| each.fits(req.path(), req.method()))
}
"""
CONSTANTS = """
pub const SKIPPED_ROUTES: [Route; 2] = [
    Route { path: "/api/enter", method: Method::POST },
    Route { path: "/api/books/{book}/notes", method: Method::GET },
];
"""


@pytest.mark.parametrize(
    ("constants", "open_paths"),
    [
        pytest.param(
            CONSTANTS,
            {"POST /api/enter", "GET /api/books/{id}/notes"},
            id="paths with their methods",
        ),
        pytest.param(
            'pub const SKIPPED_ROUTES: [&str; 1] = ["/api/enter"];\n',
            {"POST /api/enter", "GET /api/enter"},
            id="paths of any method",
        ),
        pytest.param(
            CONSTANTS.replace("SKIPPED", "KNOWN"),
            set(),
            id="a list that does not say what it is for",
        ),
    ],
)
def test_paths_that_a_guard_lets_everybody_pass_on(constants: str, open_paths: set[str]) -> None:
    name = "KNOWN_ROUTES" if "KNOWN" in constants else "SKIPPED_ROUTES"
    files = {
        "src/main.rs": MAIN,
        "src/guard.rs": GUARD.replace("SKIPPED_ROUTES", name),
        "src/constants.rs": constants,
    }
    assert {
        f"{method} {path}" for method, path, is_guarded in shown(files) if not is_guarded
    } == open_paths


DIESEL = """
use diesel::{prelude::*, sql_query};
pub fn listed(conn: &mut PgConnection, of: &str) -> QueryResult<Vec<Order>> {
    let query = r#"
        SELECT o.id FROM orders o WHERE o.name = $1
    "#;
    diesel::sql_query(query).bind::<Text, _>(of).load::<Order>(conn)
}
pub fn counted(conn: &mut PgConnection) -> QueryResult<Count> {
    let found: Count = sql_query("SELECT count(*) AS count FROM carts").get_result(conn)?;
    Ok(found)
}
"""


def test_the_text_of_a_query_of_diesel_says_its_table() -> None:
    assert {access.table for access in model_of({"src/orders.rs": DIESEL}).data.accesses} == {
        "orders",
        "carts",
    }
