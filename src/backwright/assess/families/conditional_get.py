"""Conditional requests: what a server on loopback answers to If-None-Match."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import http.client, http.server, threading
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        tags = [tag.strip() for tag in self.headers.get("If-None-Match", "").split(",")]
        same = {etag!r} in tags or "*" in tags
        self.send_response(304 if same else 200)
        self.send_header("ETag", {etag!r})
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.handle_request).start()
client = http.client.HTTPConnection("127.0.0.1", server.server_port)
client.request("GET", "/", headers={{"If-None-Match": {sent!r}}})
print(client.getresponse().status)
server.server_close()
"""


def draw(chance: Random, level: int) -> Drawn:
    """Draw the server's tag and the client's, equal or not, one or several."""
    etag = f'"v{chance.randint(2, 60)}"'
    others = [f'"v{number}"' for number in chance.sample(range(61, 99), chance.randint(1, 2))]
    fresh = chance.random() < 0.5
    tags = [*others, etag] if fresh else others
    chance.shuffle(tags)
    sent = ", ".join(tags)
    rule = "304" if fresh else "200"
    other = "200" if fresh else "304"
    why = f"{etag} is among them" if fresh else f"{etag} is not among them"
    return Drawn(
        ask=(
            f"The server's current representation of `/report` has `ETag: {etag}`. A client sends\n\n"
            f"```http\nGET /report HTTP/1.1\nIf-None-Match: {sent}\n```\n"
            "Which status code does a conforming server answer? Type the number."
        ),
        run=Run("python", _PROGRAM.format(etag=etag, sent=sent)),
        rule=rule,
        explain=f"If-None-Match lists what the client has; {why}, so the answer is {rule}.",
        wrong=(Wrong(other, f"compare each listed tag with the current one: {why}"),),
    )


FAMILY = Family(
    name="conditional-get",
    skills={SkillId("net.http"): 2, SkillId("cache.http"): 2},
    source="rfc/RFC 9110, 13.1.2 If-None-Match",
    draw=draw,
    guess=0.45,
)
