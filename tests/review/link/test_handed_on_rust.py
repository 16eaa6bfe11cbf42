"""Rust: handlers that modules hand on, all of them or by name."""

from tests.review.cases import model_of

FILES = {
    "src/main.rs": """
use crate::routes::{add, list, open};
use actix_web::{web, App};

mod routes;

fn app() -> App {
    App::new()
        .route("/orders", web::get().to(list))
        .route("/orders", web::post().to(add))
        .route("/orders/open", web::get().to(open))
}
""",
    "src/routes/mod.rs": "mod orders;\npub use orders::*;\n",
    "src/routes/orders/mod.rs": 'mod opened;\n\npub use opened::open;\n\npub async fn list() -> &\'static str { "" }\n\npub async fn add() -> &\'static str { "" }\n',
    "src/routes/orders/opened.rs": 'pub async fn open() -> &\'static str { "" }\n',
    "src/other.rs": "pub async fn list() {}\n\npub async fn open() {}\n",
}


def test_handlers_that_modules_hand_on() -> None:
    model = model_of(FILES)
    handlers = [each.handler for each in model.declared]
    found = {fn and (model.files[fn.file].path, model.project.function(fn).name) for fn in handlers}
    assert found == {
        ("src/routes/orders/mod.rs", "list"),
        ("src/routes/orders/mod.rs", "add"),
        ("src/routes/orders/opened.rs", "open"),
    }
