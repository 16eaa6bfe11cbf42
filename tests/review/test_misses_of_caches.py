"""Maps that look as if they grew for ever, beside those that do."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Confidence, Finding, Tier
from backwright.review.reviewing import review_model

TOPICS = """package a;
import java.util.*;
import java.util.concurrent.*;
import org.springframework.util.ConcurrentReferenceHashMap;
public class Topics {
  private static final ConcurrentMap<String, Topic> cache = %s;
  public Topic of(String name) { return cache.computeIfAbsent(name, Topic::parse); }
}
"""
TIMERS = """package a;
import java.util.concurrent.*;
public class Timers {
  private static final ConcurrentMap<String, Timer> cache = new ConcurrentHashMap<>();
  public Timer of(%s) { return cache.computeIfAbsent(key.getSimpleName(), Timer::new); }
}
"""
ONCE = """export class Once {
  private inflight = new Map<string, Promise<string>>();

  async get(key: string, load: () => Promise<string>) {
    const cached = this.inflight.get(key);
    if (cached) return cached;
    const promise = load();
    this.inflight.set(key, promise);
    try {
      return await promise;
    } finally {
      %s;
    }
  }
}
"""
SEEN = """package a;
import java.util.concurrent.*;
public class Seen extends Kept {
  public String of(String name) { return cache.computeIfAbsent(name, String::trim); }
}
"""
KEPT = """package a;
import java.util.concurrent.*;
abstract class Kept {
  protected final ConcurrentMap<String, String> cache = new ConcurrentHashMap<>();
  public void destroy() { %s; }
}
"""
LINKS = """const cache = new Map();
%s
export function parsed(url) {
  if (cache.has(url)) return cache.get(url);
  anchor.href = url;
  cache.set(url, anchor.host);
  return cache.get(url);
}
"""
FOLDERS = """public class Folders
{
    private readonly Dictionary<string, string> _cache = new();
    public string Of(string path)
    {
        if (!_cache.TryGetValue(path, out var found)) { found = Read(path); _cache[path] = found; }
        return found;
    }
}
public class Startup
{
    public void Configure(IServiceCollection services) { services.AddSingleton<Folders>(); }
    public void Refresh(Item item) { item.Refresh(%s); }
}
"""
GRANTS = """use std::collections::HashMap;

pub struct GrantCache {
    grants: HashMap<String, i64>,
}

impl GrantCache {
    pub fn grant(&mut self, path: String) {
        self.grants.insert(path, 1);
    }
}
"""
SERVED = """
fn app() -> axum::Router {
    axum::Router::new().route("/", axum::routing::get(index))
}

async fn index() -> &'static str {
    ""
}
"""

LIMITERS = """const cache = new Map();

export function limiter(path) {
  %s
  cache.set(path, new Limiter(path));
}
"""
CONTROLLER = """package a;
import org.springframework.web.bind.annotation.*;
@RestController public class B { @GetMapping("/") public String index() { return ""; } }
"""
APP = """import express from 'express';
const app = express();
app.get('/', (req, res) => res.end());
"""

PAIRS = [
    pytest.param(
        {"a.java": TOPICS % "new ConcurrentHashMap<>()"}, {"a.java": TOPICS % "new ConcurrentReferenceHashMap<>(16, SOFT)"}, id="soft references",
    ),
    pytest.param({"a.java": TIMERS % "Named key"}, {"a.java": TIMERS % "Class<?> key"}, id="the classes of the program"),
    pytest.param({"a.ts": ONCE % "log(key)"}, {"a.ts": ONCE % "this.inflight.delete(key)"}, id="only while it is fetched"),
    pytest.param(
        {"Seen.java": SEEN, "Kept.java": KEPT % "log()"}, {"Seen.java": SEEN, "Kept.java": KEPT % "cache.clear()"}, id="emptied by the base class",
    ),
    pytest.param(
        {"links.js": LINKS % "const anchor = {}; const window = []; window.push(1);"}, {"links.js": LINKS % 'const anchor = document.createElement("a");'}, id="in a browser",
    ),
    pytest.param({"a.cs": FOLDERS % "folders"}, {"a.cs": FOLDERS % "new Folders()"}, id="an object for each round"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_misses_of_caches(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert _found(wrong)
    assert not _found(right)


def test_what_no_request_fills_is_doubtful() -> None:
    assert [each.confidence for each in _found({"a.rs": GRANTS})] == [Confidence.HIGH]
    assert [each.confidence for each in _found({"a.rs": GRANTS + SERVED})] == [Confidence.LOW]


@pytest.mark.parametrize(
    ("before", "expected"),
    [("if (cache.has(path)) return;", Confidence.HIGH), ("", Confidence.LOW)],
)
def test_what_is_only_registered_is_doubtful(before: str, expected: Confidence) -> None:
    assert [each.confidence for each in _found({"a.js": LIMITERS % before, "app.js": APP})] == [
        expected
    ]


def _found(files: dict[str, str]) -> tuple[Finding, ...]:
    return review_model(
        model_of(files), [knowledge().rules["unbounded-cache"]], Tier.AUDIT
    ).findings
