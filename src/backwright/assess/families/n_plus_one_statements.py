"""N+1: how many SELECTs lazy and batched loading send, counted by SQLite's trace callback."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import sqlite3
db = sqlite3.connect(":memory:", isolation_level=None)
db.execute("CREATE TABLE post(id INTEGER PRIMARY KEY, author_id INTEGER)")
db.execute("CREATE TABLE author(id INTEGER PRIMARY KEY)")
db.execute("CREATE TABLE comment(id INTEGER PRIMARY KEY, post_id INTEGER)")
db.executemany("INSERT INTO post VALUES (?, ?)", [(n, n % authors) for n in range(posts)])
db.executemany("INSERT INTO author VALUES (?)", [(n,) for n in range(authors)])
db.executemany("INSERT INTO comment(post_id) VALUES (?)", [(n,) for n in range(commented)])
sent = []
db.set_trace_callback(sent.append)
found = db.execute("SELECT id, author_id FROM post").fetchall()
if mode == "batch":
    for start in range(0, len(found), batch):
        ids = ", ".join(str(post) for post, _ in found[start : start + batch])
        db.execute(f"SELECT * FROM comment WHERE post_id IN ({ids})").fetchall()
elif mode == "collection":
    for post, _ in found:
        db.execute("SELECT * FROM comment WHERE post_id = ?", (post,)).fetchall()
else:
    identity_map = {}
    for _, author in found:
        if author not in identity_map:
            row = db.execute("SELECT * FROM author WHERE id = ?", (author,)).fetchone()
            identity_map[author] = row
print(len(sent))
"""
_LOOP = "```python\nposts = session.all(Post)   # one SELECT\nfor post in posts:\n    {body}\n```\n"


def draw(chance: Random, level: int) -> Drawn:
    """Draw lazy collections, batches of them, or a lazy parent that several posts share."""
    mode = chance.choice(["collection", "batch", "parent"])
    posts, batch = chance.randint(30, 240), chance.choice([10, 20, 25, 50])
    authors, commented = chance.randint(3, 20), posts - chance.randint(4, 25)
    loop = _LOOP.format(body="show(post.author)" if mode == "parent" else "show(post.comments)")
    none = Wrong("1", "the related rows are not in the first result; they are fetched later")
    if mode == "collection":
        text = f"All {posts} posts are loaded; {commented} of them have comments, loaded lazily."
        rule = 1 + posts
        explain = (
            f"1 for the posts + {posts} for the comments of each: an empty list costs one too."
        )
        wrong = [Wrong(str(1 + commented), "that a post has no comments is known after asking")]
    elif mode == "batch":
        text = (
            f"All {posts} posts are loaded. On first access, comments load in batches: one SELECT "
            f"with `post_id IN (...)` for the next {batch} posts that lack them."
        )
        rule = 1 - (-posts // batch)
        explain = f"1 for the posts + {posts} / {batch} rounded up = {rule - 1} batches."
        wrong = [
            Wrong(str(1 + posts), f"one SELECT serves {batch} posts, not one"),
            Wrong(str(rule - 1), "the SELECT of the posts themselves counts too"),
        ]
    else:
        text = (
            f"All {posts} posts are loaded; between them they have {authors} authors. The author "
            "loads lazily by primary key, and the session keeps an identity map."
        )
        rule = 1 + authors
        explain = f"1 for the posts + {authors}: an author seen before comes from the identity map."
        wrong = [Wrong(str(1 + posts), "a known primary key is answered from the identity map")]
    values = f"{mode=}\n{posts=}\n{authors=}\n{commented=}\n{batch=}"
    return Drawn(
        ask=f"{text}\n\n{loop}How many SELECT statements reach the database? Type the number.",
        run=Run("python", values + _PROGRAM),
        rule=str(rule),
        explain=explain,
        wrong=tuple({mistake.say: mistake for mistake in (*wrong, none)}.values()),
    )


FAMILY = Family(
    name="n-plus-one-statements",
    skills={SkillId("sql.orm"): 2},
    source="sqlalchemy-docs/Relationship Loading Techniques",
    draw=draw,
)
