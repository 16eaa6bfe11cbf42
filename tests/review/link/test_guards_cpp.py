"""C++: an interceptor of oatpp stands before every endpoint that it does not name."""

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
