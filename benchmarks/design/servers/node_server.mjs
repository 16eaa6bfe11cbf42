// The Node server that is measured: an in-process pool of POOL slots in front of timers, and CPU hashing.
//
// /io?x=SECONDS   a slot is held while a timer runs (what a driver does while the database works)
// /cpu?x=ROUNDS   a password hash of so many rounds on the event loop: native, so that collecting garbage is
//                 no part of it
//
// Settings: PORT, POOL.

import http from "node:http";
import { pbkdf2Sync } from "node:crypto";
import { timed, section } from "../../../src/backwright/content/examples/timing/timing.mjs";

const size = Number(process.env.POOL ?? 4);
let free = size;
const waiting = [];
const acquire = () => free > 0 ? (free--, undefined) : new Promise((go) => waiting.push(go));
const release = () => { const next = waiting.shift(); if (next) next(); else free++; };

async function io(seconds) {
  await section("db.wait", async () => acquire());
  try {
    await section("db.sleep", () => new Promise((done) => setTimeout(done, seconds * 1000)));
  } finally {
    release();
  }
  return '{"ok":1}';
}

function cpu(rounds) {
  return JSON.stringify({ h: pbkdf2Sync("password", "salt", rounds, 32, "sha256").toString("hex") });
}

const server = http.createServer(timed(async (request, response) => {
  const [path, query = ""] = request.url.split("?");
  const value = Number(query.split("=")[1]);
  const body = path === "/io" ? await io(value) : path === "/cpu" ? cpu(value) : "ok";
  response.writeHead(200, { "content-length": Buffer.byteLength(body) });
  response.end(body);
}));
server.keepAliveTimeout = 600_000;
server.listen(Number(process.env.PORT), "127.0.0.1");
