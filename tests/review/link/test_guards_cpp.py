"""C++: what stands before an endpoint: interceptors, filters, middleware, and what a handler asks itself."""

import pytest
from tests.review.cases import model_of

CONTROLLER = """#include "oatpp/web/server/api/ApiController.hpp"
class NoteController : public oatpp::web::server::api::ApiController {
public:
  ENDPOINT("POST", "users/login", login, BODY_DTO(Object<LoginDto>, dto)) { return createResponse(Status::CODE_200); }
  ENDPOINT("DELETE", "notes/{id}", removeNote, PATH(Int64, id)) { return createResponse(Status::CODE_200); }
};
"""
INTERCEPTOR = """#include "AuthInterceptor.hpp"
AuthInterceptor::AuthInterceptor() { m_open.route("POST", "users/login", false); }
std::shared_ptr<AuthInterceptor::OutgoingResponse> AuthInterceptor::intercept(const std::shared_ptr<IncomingRequest>& request) {
  auto route = m_open.getRoute(request->getStartingLine().method, request->getStartingLine().path);
  if (route && !route.getEndpoint()) return nullptr;
  if (m_handler.handleAuthorization(request->getHeader("Authorization"))) return nullptr;
  throw oatpp::web::protocol::http::HttpError(Status::CODE_401, "Unauthorized", {});
}
"""


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        pytest.param("handler->addRequestInterceptor(std::make_shared<AuthInterceptor>());", [False, True], id="added to the server"),
        pytest.param("handler->start();", [False, False], id="never added"),
    ],
)  # fmt: skip
def test_an_interceptor_counts_for_what_it_does_not_name(added: str, expected: list[bool]) -> None:
    found = model_of(
        {
            "src/NoteController.hpp": CONTROLLER,
            "src/AuthInterceptor.cpp": INTERCEPTOR,
            "src/App.cpp": f'#include "oatpp/web/server/HttpConnectionHandler.hpp"\nvoid run() {{\n  {added}\n}}\n',
        }
    ).endpoints
    assert expected == [each.auth for each in found]


TOKENS = """#include <jwt-cpp/jwt.h>
struct Who { int id; };
Who who(const Request &request) {
  auto header = request.getHeader("authorization");
  return header.empty() ? Who{0} : Who{decoded(header)};
}
void weigh(const std::string &header) { if (header != kept()) throw HttpError(403, "no"); }
void note(const std::string &header) { log(header); }
void demand(const Request &request) {
  if (request.getHeader("Authorization").empty()) throw HttpError(401, "log in");
}
"""
HANDLER = """#include "crow.h"
#include "tokens.hpp"
int main() {
  crow::SimpleApp app;
  CROW_ROUTE(app, "/orders")([](const crow::request& req) { %s });
}
"""


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param(True, "if (who(req).id == 0) return crow::response(401); return all();", id="asked, and turned away"),
        pytest.param(True, 'if (who(req).id == 0) return answer(500, "Login first."); return all();', id="told to log in first"),
        pytest.param(True, "demand(req); return all();", id="turned away by what asks"),
        pytest.param(True, "if (!verify_token(req.body)) { res.code = 403; return; } return all();", id="by the status that is set"),
        pytest.param(True, 'if (!session->find("user_id")) return crow::response(401); return all();', id="by a user in the session"),
        pytest.param(True, 'weigh(req.get_header_value("Authorization")); return all();', id="by what is given the token"),
        pytest.param(True, 'auto header = req.get_header_value("Authorization"); weigh(header); return all();', id="by what is given it later"),
        pytest.param(True, "if (sessions.find(token) == sessions.end()) { res.code = 401; return; } return all();", id="by a token among the sessions"),
        pytest.param(False, 'note(req.get_header_value("Authorization")); return all();', id="a token that is only written down"),
        pytest.param(False, "auto me = who(req); return all(me.id);", id="everybody is served, known or not"),
        pytest.param(False, "if (!check_password(req.body)) return crow::response(401); return all();", id="a login"),
        pytest.param(False, 'auto token = jwt::create().set_type("JWT").sign(key); if (bad) return crow::response(401); return token;', id="makes a token"),
        pytest.param(False, "if (full()) return crow::response(503); return all();", id="turned away for another reason"),
    ],
)  # fmt: skip
def test_a_handler_that_asks_itself(expected: bool, body: str) -> None:
    found = model_of({"src/tokens.hpp": TOKENS, "src/main.cpp": HANDLER % body}).endpoints
    assert [expected] == [bool(each.auth) for each in found]


FILTERS = """#include <drogon/HttpFilter.h>
class CheckUserName : public drogon::HttpFilter<CheckUserName> { public: void doFilter(const HttpRequestPtr &req, FilterCallback &&stop, FilterChainCallback &&next) override; };
class Members : public drogon::HttpFilter<Members> { public: void doFilter(const HttpRequestPtr &req, FilterCallback &&stop, FilterChainCallback &&next) override; };
class Codes : public drogon::HttpFilter<Codes> { public: void doFilter(const HttpRequestPtr &req, FilterCallback &&stop, FilterChainCallback &&next) override; };
"""
FILTER_BODIES = """#include "filters.h"
void CheckUserName::doFilter(const HttpRequestPtr &req, FilterCallback &&stop, FilterChainCallback &&next) {
  if (req->getParameter("name").empty()) return stop(answer(k400BadRequest));
  next();
}
void Members::doFilter(const HttpRequestPtr &req, FilterCallback &&stop, FilterChainCallback &&next) {
  if (req->getHeader("Authorization").empty()) return stop(answer(k401Unauthorized));
  next();
}
void Codes::doFilter(const HttpRequestPtr &req, FilterCallback &&stop, FilterChainCallback &&next) {
  if (req->getHeader("X-Sent-Code").empty()) return stop(answer(k401Unauthorized));
  next();
}
"""


@pytest.mark.parametrize(
    ("expected", "name"),
    [
        pytest.param(True, "Members", id="refuses who sends no token"),
        pytest.param(False, "CheckUserName", id="checks what is sent, whatever it is called"),
        pytest.param(False, "Codes", id="refuses for another reason"),
        pytest.param(True, "LoginFilter", id="a filter of elsewhere, by its name"),
    ],
)  # fmt: skip
def test_a_filter_is_what_it_does(expected: bool, name: str) -> None:
    route = '#include "filters.h"\nvoid routes() {\n  drogon::app().registerHandler("/orders", &all, {drogon::Get, "%s"});\n}\n'
    found = model_of(
        {"src/filters.h": FILTERS, "src/filters.cc": FILTER_BODIES, "src/main.cc": route % name}
    ).endpoints
    assert [expected] == [bool(each.auth) for each in found]


SERVER = """#include <httplib.h>
int main() {
  httplib::Server svr;
  svr.set_pre_routing_handler([](const httplib::Request &req, httplib::Response &res) { %s });
  svr.Get("/orders", [](const httplib::Request &req, httplib::Response &res) { res.set_content(all(), "text/plain"); });
  svr.Get("/login", [](const httplib::Request &req, httplib::Response &res) { res.set_content(page(), "text/html"); });
}
"""
_ASKS = 'if (req.get_header_value("Authorization").empty()) { res.status = 401; return Handled; } return Unhandled;'


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        pytest.param([True, True], _ASKS, id="everything asks for a login"),
        pytest.param([True, False], f'if (req.path == "/login") return Unhandled; {_ASKS}', id="but the login itself"),
        pytest.param([False, False], f'if (req.path != "/orders/admin") return Unhandled; {_ASKS}', id="below one path only"),
        pytest.param([False, False], f"if (is_open(req.path)) return Unhandled; {_ASKS}", id="paths that are not known"),
        pytest.param([False, False], "log(req.get_header_value(\"Authorization\")); return Unhandled;", id="turns nobody away"),
    ],
)  # fmt: skip
def test_what_stands_before_everything(expected: list[bool], body: str) -> None:
    assert expected == [
        bool(each.auth) for each in model_of({"src/main.cpp": SERVER % body}).endpoints
    ]


def test_what_stands_before_one_program_does_not_stand_before_another() -> None:
    open_ = (SERVER % "return Unhandled;").replace(
        "httplib::Server svr", "httplib::Server svr; svr.listen(1)"
    )
    found = model_of({"shop/src/main.cpp": SERVER % _ASKS, "tool/src/main.cpp": open_}).endpoints
    assert {("shop", True), ("tool", False)} == {
        (each.file.partition("/")[0], bool(each.auth)) for each in found
    }


CROW = """#include "crow.h"
struct Members%s {
  struct context {};
  void before_handle(crow::request& req, crow::response& res, context& ctx) {
    if (req.get_header_value("Authorization").empty()) { res.code = 401; res.end(); }
  }
};
int main() {
  crow::App<Members> app;
  CROW_ROUTE(app, "/orders")([]() { return all(); });
  CROW_ROUTE(app, "/mine").CROW_MIDDLEWARES(app, Members)([]() { return mine(); });
}
"""


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        pytest.param("", [True, True], id="for the whole application"),
        pytest.param(" : crow::ILocalMiddleware", [False, True], id="where it is named"),
    ],
)
def test_middleware_of_crow(base: str, expected: list[bool]) -> None:
    assert expected == [
        bool(each.auth) for each in model_of({"src/main.cpp": CROW % base}).endpoints
    ]


def test_middleware_of_an_application_with_a_name_of_its_own() -> None:
    source = (CROW % "").replace(
        "int main() {\n  crow::App<Members> app;",
        "using ShopApp = crow::App<Members>;\nvoid add(ShopApp& app) {",
    )
    assert [True, True] == [
        bool(each.auth) for each in model_of({"src/main.cpp": source}).endpoints
    ]


def test_a_login_answers_401_and_asks_for_none() -> None:
    source = """#include <drogon/HttpController.h>
class Auth : public drogon::HttpController<Auth> {
 public:
  METHOD_LIST_BEGIN
  ADD_METHOD_TO(Auth::%s, "/enter", Post);
  METHOD_LIST_END
  void %s(const HttpRequestPtr &req, Callback &&callback) {
    if (req->session()->find("user_id")) return callback(home());
    if (!known(req)) return callback(answer(k401Unauthorized));
  }
};
"""
    for name, expected in (
        ("login", False),
        ("loginUser", False),
        ("loginHistory", True),
        ("logbook", True),
    ):
        found = model_of({"src/Auth.h": source.replace("%s", name)}).endpoints
        assert [expected] == [bool(each.auth) for each in found]
