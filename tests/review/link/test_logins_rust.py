"""Logins that Rust handlers ask for in their own body or by an extractor of another crate, and lists in pages."""

from tests.review.cases import model_of

ACTIX = {
    "server/src/main.rs": """
use actix_web::{web, App, HttpServer};
use actix_cors::Cors;
use shop_people::PersonView;
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new()
        .wrap(cors())
        .route("/cart", web::post().to(fill))
        .route("/goods", web::get().to(goods))
        .route("/search", web::get().to(search))
        .route("/rss/{jwt}", web::get().to(feed))
        .route("/news/{jwt}", web::get().to(news)))
        .bind("0:80")?.run().await
}
fn cors() -> Cors { Cors::default().allow_any_origin().allow_any_header() }
async fn fill(person: PersonView) -> HttpResponse { todo!() }
async fn goods(person: Option<PersonView>) -> HttpResponse { todo!() }
async fn search(what: UserFilter) -> HttpResponse { todo!() }
async fn feed(req: HttpRequest) -> Result<HttpResponse, Error> {
    let jwt: String = req.match_info().get("jwt").unwrap_or("none").parse()?;
    let person = person_user_from_jwt(&jwt).await?;
    Ok(render(person))
}
async fn news(req: HttpRequest) -> Result<HttpResponse, Error> {
    let language = language_of(&req).await?;
    Ok(render(language))
}
async fn language_of(req: &HttpRequest) -> Result<Language, Error> {
    let spoken = if let Some(jwt) = jwt_of(req) { person_user_from_jwt(&jwt).await?.language } else { Language::En };
    Ok(spoken)
}
""",
    "people/src/lib.rs": """
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
pub struct PersonView { pub user_id: i64 }
impl FromRequest for PersonView {
    type Error = ShopError;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match req.extensions().get::<PersonView>() {
            Some(person) => Ok(person.clone()),
            None => Err(ShopErrorKind::IncorrectLogin.into()),
        })
    }
}
pub struct UserFilter { pub name: String }
impl FromRequest for UserFilter {
    type Error = ShopError;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match req.query_string().parse() { Ok(name) => Ok(UserFilter { name }), Err(_) => Err(ShopErrorKind::BadQuery.into()) })
    }
}
""",
}

AXUM = {
    "src/main.rs": """
use axum::{routing::{delete, get, post}, Router};
mod auth;
mod books;
#[tokio::main]
async fn main() {
    let app = Router::new()
        .route("/mine", get(books::mine))
        .route("/books", get(books::list))
        .route("/books/{id}", delete(books::remove).post(books::restore))
        .route("/shelf", get(books::shelf))
        .route("/greeting", get(books::greeting))
        .route("/metrics", get(books::metrics))
        .route("/import", post(books::import))
        .route("/hook", post(books::hook));
    axum::serve(listener, app).await.unwrap();
}
""",
    "src/auth.rs": """
use http::request::Parts;
pub struct Gate { tokens: bool }
impl Gate {
    pub fn new() -> Self { Self { tokens: true } }
    pub fn cookies_only(&self) -> Self { Self { tokens: false } }
    pub async fn check(&self, parts: &Parts, db: &mut Db) -> AppResult<Known> {
        let Some(token) = parts.headers.get("authorization") else { return Err(forbidden("log in first")); };
        find(token, db).await
    }
}
""",
    "src/books.rs": """
use crate::auth::Gate;
use crate::pages::PaginationOptions;
pub async fn mine(app: AppState, req: Parts) -> AppResult<Json<Books>> {
    let mut db = app.db().await?;
    let known = Gate::new().cookies_only().check(&req, &mut db).await?;
    let pages = PaginationOptions::builder().seek(true).gather(&req)?;
    Ok(Json(books::table.filter(books::owner.eq(known.id)).load::<Book>(&mut db).await?))
}
pub async fn list(app: AppState, req: Parts) -> AppResult<Json<Books>> {
    let mut db = app.db().await?;
    let known = match wanted(&req) { Some(_) => Some(Gate::new().check(&req, &mut db).await?.id), None => None };
    Ok(Json(books::table.load::<Book>(&mut db).await?))
}
pub async fn greeting(app: AppState, req: Parts) -> AppResult<Json<Greeting>> {
    let mut db = app.db().await?;
    let known = Gate::new().check(&req, &mut db).await.ok();
    Ok(Json(hello(known)))
}
pub async fn remove(app: AppState, req: Parts) -> AppResult<Done> { set(app, req, true).await }
pub async fn restore(app: AppState, req: Parts) -> AppResult<Done> { set(app, req, false).await }
async fn set(app: AppState, req: Parts, gone: bool) -> AppResult<Done> {
    let mut db = app.db().await?;
    let known = known(&req, &mut db).await?;
    let known = Gate::new().check(&req, &mut db).await?;
    Ok(Done)
}
pub async fn shelf(app: AppState, which: Query<Which>, req: Parts) -> AppResult<Json<Shelf>> {
    match which.number { Some(n) => by_number(app, n, req).await, None => first(app, req).await }
}
async fn by_number(app: AppState, n: i32, req: Parts) -> AppResult<Json<Shelf>> {
    Gate::new().check(&req, &mut app.db().await?).await?;
    Ok(Json(Shelf {}))
}
async fn first(app: AppState, req: Parts) -> AppResult<Json<Shelf>> { Ok(Json(Shelf {})) }
pub async fn metrics(app: AppState, req: Parts) -> AppResult<String> {
    if req.headers.get(header::AUTHORIZATION) != Some(&app.expected) { return Err(forbidden("wrong token")); }
    Ok(app.gather())
}
pub async fn import(app: AppState, headers: HeaderMap) -> AppResult<Done> {
    check_length(&headers)?;
    Ok(Done)
}
pub async fn hook(app: AppState, headers: HeaderMap, body: Bytes) -> AppResult<Done> {
    verify_signature(&headers, &app.key, &body).map_err(bad_request)?;
    Ok(Done)
}
fn verify_signature(headers: &HeaderMap, key: &Key, body: &[u8]) -> Result<(), String> {
    let signed = headers.get("x-shop-signature").ok_or_else(|| "not signed".to_string())?;
    key.verify(body, signed)
}
fn check_length(headers: &HeaderMap) -> AppResult<()> {
    if headers.get("content-length").is_none() { return Err(bad_request("how long?")); }
    Ok(())
}
""",
}

PERMITTED = {
    "src/main.rs": """
use actix_web::{delete, get, web, App, HttpServer};
mod may;
use may::{Authorizer, Known, Require, Units, WriteBooks};
fn app() -> App { App::new().service(remove).service(list).service(weights) }
#[delete("/books/{id}")]
async fn remove(id: web::Path<i64>, _: Require<WriteBooks>) -> HttpResponse { todo!() }
#[get("/books")]
async fn list(authorizer: web::Data<Authorizer>, known: web::ReqData<Known>) -> Result<HttpResponse, Error> {
    authorizer.require(&known, Permission::ReadBooks)?;
    Ok(todo!())
}
#[get("/weights")]
async fn weights(units: Units) -> HttpResponse { todo!() }
""",
    "src/may.rs": """
pub struct Require<T: Requirement>(PhantomData<T>);
impl<T: Requirement> actix_web::FromRequest for Require<T> {
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let authorizer = req.app_data::<web::Data<Authorizer>>().ok_or(RequirementError::Missing)?;
        let ext = req.extensions();
        T::enforce(authorizer, ext.get::<Known>().unwrap_or(&UserInformation::Anonymous))?;
        ready(Ok(Require(Default::default())))
    }
}
pub struct Units { pub name: String }
impl actix_web::FromRequest for Units {
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let table = req.app_data::<web::Data<Table>>().ok_or(UnitsError::Missing)?;
        ready(Ok(table.enforce_metric(req)?))
    }
}
""",
}


def test_an_extractor_that_asks_whether_somebody_may_demands_a_login() -> None:
    told = {endpoint.path: endpoint.auth for endpoint in model_of(PERMITTED).endpoints}
    assert told == {"/books/{id}": True, "/books": True, "/weights": False}


def test_an_extractor_of_another_crate_that_refuses_demands_a_login() -> None:
    told = {endpoint.path: endpoint.auth for endpoint in model_of(ACTIX).endpoints}
    assert told == {
        "/cart": True,
        "/goods": False,
        "/search": False,
        "/rss/{jwt}": True,
        "/news/{jwt}": False,  # a helper that looks who is there for the language turns nobody away
    }


def test_a_check_in_the_body_whose_error_leaves_demands_a_login() -> None:
    told = {
        (endpoint.method, endpoint.path): endpoint.auth for endpoint in model_of(AXUM).endpoints
    }
    assert told == {
        ("GET", "/mine"): True,
        ("GET", "/books"): False,  # only for some requests
        ("DELETE", "/books/{id}"): True,
        ("POST", "/books/{id}"): True,
        ("GET", "/shelf"): False,  # one of two ways asks
        ("GET", "/greeting"): False,  # the error does not leave
        ("GET", "/metrics"): True,
        ("POST", "/import"): False,  # a check of something else
        ("POST", "/hook"): True,
    }


def test_pagination_of_the_projects_own_type() -> None:
    told = {
        endpoint.path: endpoint.paginated
        for endpoint in model_of(AXUM).endpoints
        if endpoint.method == "GET"
    }
    assert told["/mine"] is True
    assert told["/books"] is False
