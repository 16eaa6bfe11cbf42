"""Clients of the JVM that wait for ever by how they are made, each beside one that does not."""

import pytest
from tests.review.cases import Case, findings

CLIENT = """package shop;
import org.springframework.web.reactive.function.client.WebClient;
class Rates {
    private final WebClient client = %s;
    Object today() { return client.get().uri("/today")%s; }
}
"""
LIMITED = """package shop;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import reactor.netty.http.client.HttpClient;
import java.time.Duration;
class Connectors {
    ReactorClientHttpConnector slow() { return new ReactorClientHttpConnector(HttpClient.create().responseTimeout(Duration.ofSeconds(%s))); }
}
"""
CONNECTION = """package shop;
import java.net.URL;
import java.net.URLConnection;
class Sizes {
    long of(URL url) throws Exception {
        URLConnection connection = url.openConnection();
        %s
        return connection.getContentLengthLong();
    }
}
"""
POOLED = """package shop;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
class Files {
    Object load(String url) throws Exception {
        CloseableHttpClient files = HttpClients.%s;
        return files.execute(new HttpGet(url));
    }
}
"""
OTHER = """package shop;
import org.apache.http.client.config.RequestConfig;
class Limits { RequestConfig of() { return RequestConfig.custom().setSocketTimeout(5000).build(); } }
"""
BARE = 'WebClient.builder().baseUrl("https://rates.example.com").build()'
GIVEN = 'WebClient.builder().clientConnector(connectors.slow()).baseUrl("https://rates.example.com").build()'


def _told(*sources: str) -> int:
    files = {f"src/main/java/shop/F{number}.java": source for number, source in enumerate(sources)}
    return len(findings(Case("", files), {"missing-timeout"}))


@pytest.mark.parametrize(
    ("count", "made", "rest"),
    [
        pytest.param(1, BARE, ".attribute", id="as it comes"),
        pytest.param(1, 'WebClient.create("https://rates.example.com")', "", id="created"),
        pytest.param(0, GIVEN, "", id="with a connector"),
        pytest.param(
            0, BARE, ".retrieve().bodyToMono(String.class).timeout(limit)", id="each request ends"
        ),
    ],
)
def test_web_clients(count: int, made: str, rest: str) -> None:
    assert count == _told(CLIENT % (made, rest), LIMITED % 5)


@pytest.mark.parametrize(
    ("count", "setting"),
    [
        pytest.param(1, "connection.setReadTimeout(0);", id="zero is none"),
        pytest.param(1, "", id="nothing set"),
        pytest.param(0, "connection.setReadTimeout(2000);", id="two seconds"),
    ],
)
def test_connections(count: int, setting: str) -> None:
    assert count == _told(CONNECTION % setting)


@pytest.mark.parametrize(
    ("count", "made"),
    [
        pytest.param(
            1, "createDefault()", id="what is set for another client is not set for this one"
        ),
        pytest.param(
            0,
            "custom().setDefaultRequestConfig(limits.of()).build()",
            id="one that may have been given it",
        ),
    ],
)
def test_clients_as_they_come(count: int, made: str) -> None:
    assert count == _told(POOLED % made, OTHER)


def test_an_open_stream_has_no_end() -> None:
    source = "package shop;\nimport okhttp3.sse.EventSource;\nclass Feed { Object open(okhttp3.OkHttpClient c) { return c.newBuilder().readTimeout(0, SECONDS).build(); } }\n"
    assert _told(source) == 0
    assert _told(source.replace("import okhttp3.sse.EventSource;\n", "")) == 1
