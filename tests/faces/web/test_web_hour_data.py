"""My data in a browser: out, in again, gone; never anybody else's."""

from dataclasses import replace

import pytest
from tests.bench import bench_in
from tests.command import known_person

from backwright.usecases.jsonl import to_json_lines


def exported():
    """Return the rows of somebody with 25 answers as a file has them."""
    return to_json_lines(bench_in(known_person()).store.all_rows())


def test_what_comes_in_goes_out_again(client):
    rows = exported()
    answer = client.post("/data/import", files={"file": ("me.jsonl", rows.encode())})
    assert f"{len(rows.splitlines())} rows added; 0 were there already" in answer.text
    sent = client.get("/data/export?download=1")
    assert "attachment" in sent.headers["content-disposition"]
    assert sent.text == rows


def test_a_look_before_importing_adds_nothing(client):
    rows = exported().encode()
    answer = client.post("/data/import", data={"dry_run": "1"}, files={"file": ("me.jsonl", rows)})
    assert "would be added" in answer.text
    assert "Nothing about you is kept" in client.get("/data").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"not json\n", "1 line is no row", id="no rows"),
        pytest.param(b"\xff\xfe\x00", "", id="no text"),
        pytest.param(b"", "0 rows added", id="empty"),
    ],
)
def test_a_file_that_is_no_export_adds_nothing(client, content, said):
    answer = client.post("/data/import", files={"file": ("x", content)})
    assert answer.status_code in (200, 400)
    assert said in answer.text
    assert "Nothing about you is kept" in client.get("/data").text


def test_no_upload_stays_on_the_disk(client, tmp_path):
    client.post("/data/import", files={"file": ("x", b"no row\n")})
    assert not list((tmp_path / "uploads").iterdir())


def test_rows_of_somebody_else_become_ones_own(client):
    rows = exported().replace('"profile":"me"', '"profile":"eve"')
    client.post("/data/import", files={"file": ("eve.jsonl", rows.encode())})
    assert '"eve"' not in client.get("/data/export?download=1&everybody=true").text


def test_everybodys_rows_are_for_the_person_at_the_machine(known):
    bench = known.app.state.site.bench
    row = bench.store.rows("me")[0]
    bench.store.append([replace(row, id=bench.clock.new_id(), profile="other")])
    assert '"other"' in known.get("/data/export?download=1&everybody=true").text


def test_somebody_among_many_takes_and_brings_only_their_own(crowd):
    ann, bob = crowd.person("ann"), crowd.person("bob")
    sent = {"file": ("me.jsonl", exported().encode())}
    assert "27 rows added" in ann.post("/data/import", files=sent).text
    assert "27 were there already" in bob.post("/data/import", files=sent).text
    assert bob.get("/data/export?download=1&everybody=true").text == ""
    assert "Nothing about you is kept" in bob.get("/data").text


def test_deleting_wants_the_name_typed(known):
    answer = known.post("/data/delete", data={"word": "yes"})
    assert answer.status_code == 400
    assert "nothing was deleted" in answer.text
    assert "Deleted: 27 rows" in known.post("/data/delete", data={"word": "Sam"}).text
    assert "Nothing is known" in known.get("/report").text
