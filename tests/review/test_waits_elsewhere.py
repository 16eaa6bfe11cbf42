"""Time-outs, bounds and ends that stand somewhere else than the call, each beside the same code without them."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

WEATHER = """package app;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.client.Client;
@Path("weather")
public class Weather {
  private final Client client;
  @Inject public Weather(Client client) { this.client = client; }
  @GET public String today() { return client.target("https://weather.example.com").request().get(String.class); }
}
"""
MODULE = """package app;
import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import org.glassfish.jersey.client.ClientProperties;
public class Clients extends AbstractModule {
  @Provides public static Client client(Settings settings) {
    return ClientBuilder.newBuilder().property(ClientProperties.%s, settings.number("client")).build();
  }
}
"""
OTHER = """package app;
import java.util.Timer;
public class Jobs { void start(Settings settings) { wait(settings.requestTimeout()); } }
"""
RATES = """package rates

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"
)

type Login struct{ config *oauth2.Config }

func (l *Login) exchange(ctx context.Context, code string) (*oauth2.Token, error) {
	return l.config.Exchange(ctx, code)
}

func (l *Login) Callback(w http.ResponseWriter, r *http.Request) {
	%s
	token, err := l.exchange(ctx, r.FormValue("code"))
	if err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	keep(token)
}
"""
FEED = """from urllib.request import urlopen


def feed():
    return urlopen("https://feed.example.com").read()
"""
MAIN = """import socket

socket.%s(10)
"""
ASKING = """import axios from 'axios';

export async function rate(code) {
  return (await axios.get(`https://rates.example.com/${code}`)).data;
}
"""
BOOT = """import axios from 'axios';

axios.defaults.%s = 5000;
"""
VERSION = """package app;
import java.net.URL;
public class Version {
  String read(ClassLoader loader) throws Exception {
    URL url = %s;
    return new String(url.openStream().readAllBytes());
  }
}
"""
UPDATE = """using System.Threading;
using Microsoft.AspNetCore.Mvc;
public class UpdateController : Controller {
  [HttpPost("update")]
  public async Task<IActionResult> Update() {
    await Prepare();
    Thread.Sleep(2000);
    %s;
    return Ok();
  }
}
"""
INSTALL = """const express = require('express');
const crypto = require('crypto');
const app = express();
app.post('/%s', async (req, res) => {
  const keys = crypto.generateKeyPairSync('rsa', { modulusLength: 4096 });
  await store(keys);
  res.end();
});
"""
LOCKED = """package jobs

import (
	"net/http"
	"sync"
)

type Transfer struct {
	mu    sync.Mutex
	parts []string
}

func (t *Transfer) Finish() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.parts = nil
	_, err := http.Get("https://store.example.com/finish")
	return err
}

func (t *Transfer) Add(part string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.parts = append(t.parts, part)
}

type Store struct{ running map[string]*Transfer }

func (s *Store) Upload(name string) error {
	t := &Transfer{}
	%s
	t.Add(name)
	return t.Finish()
}
"""
TILES = """use moka::future::Cache;

pub struct Tiles {
    cache: Cache<String, String>,
}

impl Tiles {
    pub fn new(size: u64) -> Self {
        let mut builder = Cache::builder().name("tiles")%s;
        builder = builder.support_invalidation_closures();
        Self { cache: builder.build() }
    }
}
"""
NODE = """const NodeCache = require('node-cache');

const answers = new NodeCache();

async function menu(language) {
  answers.set(`menu:${language}`, await load(language)%s);
}

async function boot() {
  answers.set('languages', await languages());
}
"""
NAMES = """from functools import cache

from flask import Flask

app = Flask(__name__)


@cache
def columns(%s):
    return [column.name for column in %s]


@app.get("/<name>")
def show(name):
    return columns(find(name))
"""
REPORT = """package app;
import java.util.HashMap;
import java.util.Map;
import jakarta.inject.Inject;
%s
public class Report {
  private final Map<String, Integer> names = new HashMap<>();
  @Inject public Report(Settings settings) { }
  public String unique(String title) { return title + names.compute(title, (k, v) -> v == null ? 1 : v + 1); }
}
"""
REPORTS = """package app;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
@Path("reports")
public class Reports {
  @Inject private Report report;
  @GET public String one(@QueryParam("title") String title) { return report.unique(title); }
}
"""
PRICES = """from fastapi import Depends, FastAPI

app = FastAPI()


class Prices:
    def __init__(self):
        self.cache: dict[str, int] = {}

    def of(self, name: str) -> int:
        if name not in self.cache:
            self.cache[name] = ask(name)
        return self.cache[name]


PRICES = %s


def prices():
    return PRICES


@app.get("/{name}")
def show(name: str, prices: Prices = Depends(%s)):
    return prices.of(name)
"""
LIMITED = """use std::time::Duration;

pub struct Sender {
    client: reqwest::Client,
}

impl Sender {
    pub fn new() -> Self {
        Self { client: reqwest::Client::new() }
    }

    pub async fn send(&self, request: reqwest::Request) -> Option<reqwest::Response> {
        %s
    }
}
"""
PARSERS = """package app;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.bind.annotation.*;
@RestController public class Parsing {
  private static final Map<Object, Rule> cache = new ConcurrentHashMap<>();
  @PostMapping("/") public Rule read(@RequestBody Order order) { return cached(order); }
  private Rule cached(Order order) { return cache.computeIfAbsent(%s, key -> new Rule(key)); }
}
"""

PAIRS = [
    pytest.param(
        "missing-timeout", {"Weather.java": WEATHER, "Clients.java": MODULE % "PROXY_URI", "Jobs.java": OTHER},
        {"Weather.java": WEATHER, "Clients.java": MODULE % "READ_TIMEOUT"}, id="a client that a module provides",
    ),
    pytest.param(
        "missing-timeout", {"a.go": RATES % "ctx := r.Context()"},
        {"a.go": RATES % "ctx, cancel := context.WithTimeout(r.Context(), limit)\n\tdefer cancel()"}, id="a deadline of the caller",
    ),
    pytest.param(
        "missing-timeout", {"feed.py": FEED, "main.py": MAIN % "setdefaultencoding"}, {"feed.py": FEED, "main.py": MAIN % "setdefaulttimeout"}, id="all sockets",
    ),
    pytest.param("missing-timeout", {"a.js": ASKING, "main.js": BOOT % "maxRedirects"}, {"a.js": ASKING, "main.js": BOOT % "timeout"}, id="all of axios"),
    pytest.param(
        "missing-timeout", {"a.java": VERSION % "new URL(name())"}, {"a.java": VERSION % 'loader.getResource("version.txt")'}, id="a resource in a variable",
    ),
    pytest.param("blocking-call-in-async", {"a.cs": UPDATE % "Log()"}, {"a.cs": UPDATE % "Environment.Exit(0)"}, id="before the process ends"),
    pytest.param("blocking-call-in-async", {"keys.js": INSTALL % "keys"}, {"setup.js": INSTALL % "finish"}, id="while it is installed"),
    pytest.param("blocking-call-in-async", {"a.js": INSTALL % "keys"}, {"a.js": INSTALL % "install/finish"}, id="at the path of an installation"),
    pytest.param("blocking-call-in-async", {"a.go": LOCKED % "s.running[name] = t"}, {"a.go": LOCKED % "log(name)"}, id="a lock of one job"),
    pytest.param("unbounded-cache", {"a.rs": TILES % ""}, {"a.rs": TILES % ".max_capacity(size)"}, id="a bound that the builder got before"),
    pytest.param("unbounded-cache", {"a.js": NODE % ""}, {"a.js": NODE % ", 300"}, id="entries that end"),
    pytest.param("unbounded-cache", {"a.py": NAMES % ("found", "found.list()")}, {"a.py": NAMES % ("found", "found._meta.fields")}, id="asked as a class"),
    pytest.param("unbounded-cache", {"a.py": NAMES % ("found", "found.list()")}, {"a.py": NAMES % ("model_class", "model_class.all()")}, id="a class by its name"),
    pytest.param(
        "unbounded-cache", {"Report.java": REPORT % "@jakarta.inject.Singleton", "Reports.java": REPORTS},
        {"Report.java": REPORT % "", "Reports.java": REPORTS}, id="an object for each request",
    ),
    pytest.param(
        "unbounded-cache", {"a.py": PRICES % ("Prices()", "prices")}, {"a.py": PRICES % ("None", "Prices")}, id="an object for each request of FastAPI",
    ),
    pytest.param(
        "missing-timeout", {"src/a.rs": LIMITED % "self.client.execute(request).await.ok()"},
        {"src/a.rs": LIMITED % "tokio::time::timeout(Duration::from_secs(5), self.client.execute(request)).await.ok()?.ok()"}, id="each request is ended",
    ),
    pytest.param("unbounded-cache", {"a.java": PARSERS % "order.getName()"}, {"a.java": PARSERS % "order.getClass()"}, id="the class of a value"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_waits_elsewhere(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    assert told(rule, wrong)
    assert not told(rule, right)


def told(rule: str, files: dict[str, str]) -> list[int]:
    found = review_model(
        model_of(files), [knowledge().rules[rule]], sure([knowledge().rules[rule]])
    ).findings
    return [each.line for each in found if each.confidence is not Confidence.LOW]


@pytest.mark.parametrize(
    ("name", "expected"), [("place", [Confidence.HIGH]), ("queue_name", [Confidence.LOW])]
)
def test_a_key_with_few_values_by_its_name_is_doubtful(
    name: str, expected: list[Confidence]
) -> None:
    files = {"a.py": NAMES % (name, f"{name}.list()")}
    found = review_model(
        model_of(files), [knowledge().rules["unbounded-cache"]], Tier.AUDIT
    ).findings
    assert [each.confidence for each in found] == expected


def test_a_client_that_a_container_hands_to_many_is_told_once() -> None:
    other = WEATHER.replace("weather", "traffic").replace("Weather", "Traffic")
    assert len(told("missing-timeout", {"Weather.java": WEATHER, "Traffic.java": other})) == 1
