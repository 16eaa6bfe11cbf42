// Server-Timing for a Node server, as backwright.adapters.timing gives it for Python: copy this file.
//
//   import { timed, section } from "./timing.mjs";
//   http.createServer(timed(async (request, response) => {
//     await section("db.wait", () => pool.acquire());
//     ...
//   })).listen(8000);
//
// wall: ms until the answer starts; inflight: requests in work on arrival; busy: ms that the event loop
// has been busy since the start. The loop is what requests queue for; CPU of the whole process would count
// the threads that compile and collect garbage beside it. Node cannot tell one request's part from
// another's, so there is no `cpu`: `design calibrate` takes it from `busy` over all requests.

import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage();
let inflight = 0;

export function timed(handler) {
  return (request, response) => {
    const record = { began: performance.now(), inflight: inflight++, sections: new Map() };
    response.once("close", () => { inflight--; });
    const writeHead = response.writeHead;
    response.writeHead = function (...given) {
      const busy = performance.eventLoopUtilization().active;
      const said = [
        `wall;dur=${(performance.now() - record.began).toFixed(3)}`,
        `inflight;dur=${record.inflight}`,
        `busy;dur=${busy.toFixed(3)};desc="${process.pid}"`,
        ...[...record.sections].map(([name, spent]) => `${name};dur=${spent.toFixed(3)}`),
      ];
      response.setHeader("server-timing", said.join(", "));
      return writeHead.apply(this, given);
    };
    return current.run(record, () => handler(request, response));
  };
}

export async function section(name, body) {
  const record = current.getStore();
  const began = performance.now();
  try {
    return await body();
  } finally {
    record?.sections.set(name, (record.sections.get(name) ?? 0) + performance.now() - began);
  }
}
