"""C++: the endpoints of its servers, each with its handler."""

import pytest
from tests.review.cases import model_of

DROGON = """#include <drogon/HttpController.h>
class Orders : public drogon::HttpController<Orders> {
 public:
  static void initPathRouting() {
    registerMethod(&Orders::show, "/orders/{1}", {drogon::Get, "AuthFilter"}, false, "Orders::show");
  }
  void show(const HttpRequestPtr &req, std::function<void(const HttpResponsePtr &)> &&callback, int id);
};
class Ping : public drogon::HttpSimpleController<Ping> {
 public:
  void asyncHandleHttpRequest(const HttpRequestPtr &req, std::function<void(const HttpResponsePtr &)> &&callback) override;
  PATH_LIST_BEGIN
  PATH_ADD("/ping", Get);
  PATH_LIST_END
};
"""
DROGON_BODIES = """#include "Orders.h"
void Orders::show(const HttpRequestPtr &req, std::function<void(const HttpResponsePtr &)> &&callback, int id) { callback(one(id)); }
void Ping::asyncHandleHttpRequest(const HttpRequestPtr &req, std::function<void(const HttpResponsePtr &)> &&callback) { callback(ok()); }
"""
CINATRA = """#include <cinatra.hpp>
class orders { public: void list(coro_http_request &req, coro_http_response &resp) { resp.set_status(all()); } };
int main() {
  coro_http_server server(4, 8080);
  orders shop{};
  server.set_http_handler<GET, POST>("/orders", &orders::list, shop, log_request{});
  server.set_http_handler<GET>("/ping", [](coro_http_request &req, coro_http_response &resp) { resp.set_status(ok()); });
}
"""
OATPP = """#include "oatpp/web/server/api/ApiController.hpp"
class OrderService { public: int total(int id) { return id; } };
class OrderController : public oatpp::web::server::api::ApiController {
  OrderService m_orders;
public:
  ENDPOINT_ASYNC("GET", "/orders/{id}", Show) {
    ENDPOINT_ASYNC_INIT(Show)
    Action act() override {
      return request->readBodyToStringAsync().callbackTo(&Show::answer);
    }
    Action answer(const oatpp::String& body) {
      return _return(controller->createDtoResponse(Status::CODE_200, controller->m_orders.total(1)));
    }
  };
};
"""
PISTACHE = """#include <pistache/router.h>
class Orders {
  void setup() { Rest::Routes::Post(router, "/orders/:id", Rest::Routes::bind(&Orders::save, this)); }
  void save(const Rest::Request& request, Http::ResponseWriter response) { response.send(done()); }
};
"""
LIBHV = """#include "hv/HttpServer.h"
int main() {
  HttpService router;
  router.GET("/ping", [](HttpRequest* req, HttpResponse* resp) { return resp->String("pong"); });
}
"""
UWS = """#include "App.h"
int main() {
  uWS::App().get("/orders", [](auto *res, auto *req) { res->end(all()); }).del("/orders/:id", [](auto *res, auto *req) { res->end(none()); });
}
"""
WFREST = """#include "wfrest/HttpServer.h"
int main() {
  HttpServer svr;
  BluePrint bp;
  bp.POST("/orders", [](const HttpReq *req, HttpResp *resp) { resp->String(made()); });
  svr.register_blueprint(bp, "/v2");
}
"""
RESTINIO = """#include <restinio/all.hpp>
void add() {
  auto router = std::make_unique<express_router_t>();
  router->http_get("/books/:id", [](auto req, auto params) { return req->create_response().done(); });
}
"""
BOUND = """#include <httplib.h>
class Orders {
  void run() {
    httplib::Server svr;
    svr.Get("/orders", std::bind(&Orders::list, this, std::placeholders::_1, std::placeholders::_2));
  }
  void list(const httplib::Request& req, httplib::Response& res) { res.set_content(all(), "text/plain"); }
};
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"src/Orders.h": DROGON, "src/Orders.cc": DROGON_BODIES},
            [("GET", "/orders/{1}", "Orders.show", True), ("GET", "/ping", "Ping.asyncHandleHttpRequest", False)],
            id="Drogon without its macros, and simple controllers",
        ),
        pytest.param(
            {"src/main.cpp": CINATRA},
            [("GET", "/orders", "orders.list", False), ("POST", "/orders", "orders.list", False), ("GET", "/ping", "main", False)],
            id="cinatra's methods are type arguments",
        ),
        pytest.param({"src/Orders.hpp": OATPP}, [("GET", "/orders/{id}", "Show.act", False)], id="a coroutine of oat++"),
        pytest.param({"src/orders.cpp": PISTACHE}, [("POST", "/orders/{id}", "Orders.save", False)], id="Pistache"),
        pytest.param({"src/main.cpp": LIBHV}, [("GET", "/ping", "main", False)], id="libhv"),
        pytest.param(
            {"src/main.cpp": UWS}, [("DELETE", "/orders/{id}", "main", False), ("GET", "/orders", "main", False)], id="uWebSockets"
        ),
        pytest.param({"src/main.cpp": WFREST}, [("POST", "/v2/orders", "main", False)], id="wfrest"),
        pytest.param({"src/main.cpp": RESTINIO}, [("GET", "/books/{id}", "add", False)], id="RESTinio"),
        pytest.param({"src/main.cpp": BOUND}, [("GET", "/orders", "Orders.list", False)], id="a method bound to its object"),
    ],
)  # fmt: skip
def test_endpoints(files: dict[str, str], expected: list[tuple[str, str, str, bool]]) -> None:
    model = model_of(files)
    assert expected == [(e.method, e.path, e.handler, bool(e.auth)) for e in model.endpoints]
    assert all(each.handler is not None for each in model.declared)


def test_what_a_coroutine_goes_on_with_is_followed() -> None:
    model = model_of({"src/Orders.hpp": OATPP})
    labels = {
        model.project.label(fn) for fn in model.effects.from_functions([model.declared[0].handler])
    }
    assert {"Show.act", "Show.answer", "OrderService.total"} <= labels


HANDLER = """#include <userver/server/handlers/http_handler_base.hpp>
namespace shop {
class Orders final : public server::handlers::HttpHandlerBase {
 public:
  static constexpr std::string_view kName = "handler-orders";
  std::string HandleRequestThrow(const server::http::HttpRequest& request, server::request::RequestContext&) const override;
};
}
"""
HANDLER_BODY = """#include "orders.hpp"
std::string shop::Orders::HandleRequestThrow(const server::http::HttpRequest& request, server::request::RequestContext&) const {
  return list(request.GetArg("page"));
}
"""
CONFIG = """components_manager:
    components:
        handler-orders:
            path: /v1/orders/{id}   # the list
            method: GET,POST
            task_processor: main-task-processor
            auth:
                types:
                  - bearer
        logging:
            path: nowhere
"""


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            CONFIG,
            [("GET", "/v1/orders/{id}", "Orders.HandleRequestThrow", True), ("POST", "/v1/orders/{id}", "Orders.HandleRequestThrow", True)],
            id="named in the static configuration",
        ),
        pytest.param(
            CONFIG.partition("            auth")[0],
            [("GET", "/v1/orders/{id}", "Orders.HandleRequestThrow", False), ("POST", "/v1/orders/{id}", "Orders.HandleRequestThrow", False)],
            id="without a login",
        ),
        pytest.param(CONFIG.replace("handler-orders", "handler-others"), [], id="another handler"),
        pytest.param("services:\n  handler-orders:\n    path: /x\n", [], id="another kind of file"),
    ],
)  # fmt: skip
def test_handlers_of_userver_are_where_the_configuration_says(
    config: str, expected: list[tuple[str, str, str, bool]]
) -> None:
    found = model_of(
        {
            "src/orders.hpp": HANDLER,
            "src/orders.cpp": HANDLER_BODY,
            "configs/static_config.yaml": config,
        }
    ).endpoints
    assert expected == [(e.method, e.path, e.handler, bool(e.auth)) for e in found]
