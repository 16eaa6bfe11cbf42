"""Repeated requests: what PUT, POST and DELETE leave behind on a loopback server."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import http.client, http.server, socketserver, threading
notes, answered, last = set(), {}, 0
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        key = self.headers.get("Idempotency-Key")
        if key is None or key not in answered:
            number = 1001 + sum(note > 1000 for note in notes)
            notes.add(number)
            answered[key] = 201
        self.answer(201)
    def do_PUT(self):
        new = self.note not in notes
        notes.add(self.note)
        self.answer(201 if new else 200)
    def do_DELETE(self):
        there = self.note in notes
        notes.discard(self.note)
        self.answer(204 if there else 404)
    def do_GET(self):
        self.answer(200 if self.note in notes else 404)
    @property
    def note(self):
        return int(self.path.rpartition("/")[2])
    def answer(self, status):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
for method, path, key in requests:
    client = http.client.HTTPConnection("127.0.0.1", server.server_address[1])
    client.request(method, path, headers={"Idempotency-Key": key} if key else {})
    last = client.getresponse().status
    client.close()
print(last if asked == "status" else len(notes))
"""
_Requests = list[tuple[str, str, str]]


def _plain(chance: Random) -> tuple[_Requests, str, int, str, list[Wrong]]:
    """Draw PUTs, POSTs and DELETEs; return them, what is asked, key, why, mistakes."""
    one, two = chance.sample(range(3, 60), 2)
    paths = [f"/notes/{one}", f"/notes/{one}", f"/notes/{two}"]
    requests = [("PUT", paths[0], "")]
    for _ in range(chance.randint(4, 6)):
        method = chance.choice(["PUT", "PUT", "POST", "POST", "DELETE"])
        requests.append((method, "/notes" if method == "POST" else chance.choice(paths), ""))
    asked = chance.choice(["count", "status"])
    if asked == "status":
        requests.append((chance.choice(["GET", "DELETE", "PUT"]), paths[0], ""))
    posts = sum(method == "POST" for method, _, _ in requests)
    before = [(m, p) for m, p, _ in requests[:-1] if m in ("PUT", "DELETE")]
    there = [m for m, p in before if p == paths[0]][-1] == "PUT"
    if asked == "status":
        method = requests[-1][0]
        status = {"GET": (404, 200), "DELETE": (404, 204), "PUT": (201, 200)}[method]
        why = f"{paths[0]} {'is' if there else 'is not'} there before the last request"
        return requests, asked, status[there], why, [Wrong(str(status[not there]), why)]
    last = {path: method for method, path, _ in requests if method != "POST"}
    alive = [path for path, method in last.items() if method == "PUT"]
    puts = sum(method == "PUT" for method, _, _ in requests)
    why = f"each of the {posts} POSTs makes a note, and {', '.join(alive) or 'no PUT one'} is left"
    wrong = [
        Wrong(str(posts + puts), "PUT names its note: again is a replacement, not one more"),
        Wrong(str(len(alive) + (posts > 0)), "POST is not idempotent: each one makes a note"),
    ]
    return requests, asked, posts + len(alive), why, wrong


def _keyed(chance: Random) -> tuple[_Requests, str, int, str, list[Wrong]]:
    """Draw POSTs of which some repeat an Idempotency-Key or have none."""
    keys = chance.sample(["a1", "b7", "c3", "d9", "e5", "f2"], chance.randint(2, 5))
    sent = [chance.choice([*keys, ""]) for _ in range(chance.randint(6, 8))]
    sent[-1] = next(key for key in sent if key) if any(sent) else keys[0]
    bare, distinct = sent.count(""), len(set(sent) - {""})
    why = f"{distinct} different keys make one note each, {bare} POSTs without a key one each"
    wrong = [
        Wrong(str(len(sent)), "a key that was seen gets the stored answer, no new note"),
        Wrong(str(distinct + (bare > 0)), "without a key no retry is recognised: all take effect"),
    ]
    return [("POST", "/notes", key) for key in sent], "count", distinct + bare, why, wrong


def draw(chance: Random, level: int) -> Drawn:
    """Draw plain requests, or at level 2 and above POSTs with and without Idempotency-Key."""
    requests, asked, rule, why, wrong = (_keyed if level >= 2 else _plain)(chance)
    lines = [
        f"{method} {path}{f'   Idempotency-Key: {key}' if key else ''}"
        for method, path, key in requests
    ]
    server = (
        "All POSTs have the same body. The server keeps its answer to an Idempotency-Key for 24 h; "
        "these requests come within a minute, one after another."
        if level >= 2
        else "PUT answers 201 or 200 (created, replaced), DELETE 204 or 404, GET 200 or 404. POST "
        "creates a note at a new URI with a number above 1000."
    )
    question = (
        "Which status does the last one get"
        if asked == "status"
        else "How many notes exist at the end"
    )
    code = "\n".join(lines)
    return Drawn(
        ask=(
            f"{server} It starts without notes.\n\n```http\n{code}\n```\n"
            f"{question}? Type the number."
        ),
        run=Run("python", f"{requests = }\n{asked = }\n{_PROGRAM}"),
        rule=str(rule),
        explain=f"{why[0].upper()}{why[1:]}: {rule}.",
        wrong=tuple(mistake for mistake in wrong if mistake.say != str(rule)),
    )


FAMILY = Family(
    name="method-semantics",
    skills={SkillId("net.http"): 1, SkillId("api.idempotency"): 2},
    source="rfc/RFC 9110, 9.2.2 Idempotent Methods",
    draw=draw,
)
