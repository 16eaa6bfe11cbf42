"""Endpoints on the JVM that no method's mark declares: of generated interfaces, and web sockets."""

import pytest
from tests.review.cases import model_of

OPENAPI = """openapi: 3.0.1
paths:
  /api/{thing}:
    get:
      operationId: list{Things}
    post:
      operationId: add{Thing}
  /api/{thing}/hello:
    get:
      operationId: hello
"""


def document(thing: str) -> str:
    """Return an OpenAPI document of a service for one kind of thing."""
    named = OPENAPI.replace("{thing}", thing).replace("{Things}", f"{thing.capitalize()}s")
    return named.replace("{Thing}", thing.capitalize())


def java(path: str, *lines: str) -> dict[str, str]:
    """Return a source file of the folder's package."""
    package = path.rpartition("/")[0].partition("/java/")[2].replace("/", ".")
    return {path: f"package {package};\n" + "\n".join(lines) + "\n"}


CASES = [
    pytest.param(
        {
            "heroes/src/main/resources/openapi.yml": document("hero"),
            "fights/src/main/resources/openapi.yml": document("fight"),
            **java(
                "fights/src/main/java/org/acme/fights/rest/FightResource.java",
                "import jakarta.ws.rs.core.Response;",
                "import org.acme.fights.api.FightsResource;",
                "public class FightResource implements FightsResource {",
                "  @Override public Response listFights() { return null; }",
                "  public Response unrelated() { return null; }",
                "}",
            ),
            **java(
                "fights/src/main/java/org/acme/fights/rest/HelloResource.java",
                "public class HelloResource implements org.acme.fights.api.HelloResource {",
                '  @Override public String hello() { return "fights"; }',
                "}",
            ),
            **java(
                "heroes/src/main/java/org/acme/heroes/rest/Hello.java",
                "import org.acme.heroes.api.HelloResource;",
                "public class Hello implements HelloResource {",
                '  @Override public String hello() { return "heroes"; }',
                "}",
            ),
        },
        {
            ("GET", "/api/fight", "FightResource.listFights"),
            ("GET", "/api/fight/hello", "HelloResource.hello"),
            ("GET", "/api/hero/hello", "Hello.hello"),
        },
        id="JAX-RS: interfaces generated from the nearest of several documents, one with the name of the class",
    ),
    pytest.param(
        {
            "src/main/resources/openapi.yml": document("hero"),
            **java(
                "src/main/java/org/acme/shop/Rest.java",
                "import jakarta.ws.rs.core.Application;",
                "public class Rest extends Application { }",
            ),
            **java(
                "src/main/java/org/acme/shop/Task.java",
                "import com.library.Greeter;",
                "public class Task implements Greeter {",
                '  @Override public String hello() { return "x"; }',
                "}",
            ),
            **java(
                "src/main/java/org/acme/shop/Own.java",
                "public class Own implements Greeting {",
                '  @Override public String hello() { return "x"; }',
                "}",
                "interface Greeting { String hello(); }",
            ),
        },
        set(),
        id="JAX-RS: a library's interface and one of the project are not generated",
    ),
    pytest.param(
        {
            "src/main/resources/application.properties": "quarkus.http.root-path=/live\n",
            **java(
                "src/main/java/org/acme/Base.java",
                "import io.quarkus.websockets.next.OnOpen;",
                "public abstract class Base { @OnOpen public String opened() { return null; } }",
            ),
            **java(
                "src/main/java/org/acme/Stats.java",
                "import io.quarkus.websockets.next.*;",
                '@WebSocket(path = "/stats/{team}")',
                "public class Stats extends Base {",
                "  @OnTextMessage String said(String text) { return text; }",
                '  @WebSocket(path = "/inner") public static class Inner { @OnTextMessage String told(String text) { return text; } }',
                "}",
            ),
            **java(
                "src/main/java/org/acme/Chat.java",
                "import jakarta.websocket.server.ServerEndpoint;",
                "import jakarta.websocket.OnMessage;",
                "import jakarta.annotation.security.RolesAllowed;",
                '@RolesAllowed("user")',
                '@ServerEndpoint(value = "/chat", encoders = Json.class)',
                "public class Chat { @OnMessage public void said(String text) { } }",
            ),
            **java(
                "src/main/java/org/acme/Asks.java",
                "import io.quarkus.websockets.next.WebSocketClient;",
                '@WebSocketClient(path = "/other")',
                "public class Asks { }",
            ),
            **java(
                "src/main/java/org/acme/Named.java",
                "import com.library.WebSocket;",
                '@WebSocket("/no")',
                "public class Named { }",
            ),
        },
        {
            ("GET", "/live/stats/{team}", "Base.opened"),
            ("GET", "/live/stats/{team}/inner", "Inner.told"),
            ("GET", "/live/chat", "Chat.said"),
        },
        id="web sockets by a mark on a class; clients and other libraries' marks are none",
    ),
]


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(files: dict[str, str], expected: set[tuple[str, str, str]]) -> None:
    found = model_of(files).endpoints
    assert expected == {(each.method, each.path, each.handler) for each in found}
    assert {each.path for each in found if each.auth} == {
        each.path for each in found if each.handler == "Chat.said"
    }
