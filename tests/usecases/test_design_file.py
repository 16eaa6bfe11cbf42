"""Finding a blueprint: a file, an example, the person's own prices; and errors that name what is wrong."""

import pytest
from tests.bench import bench_in

from backwright.model.errors import BadRequest, NotFound
from backwright.usecases.design_file import load_design


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return bench_in(tmp_path / "data")


LEAST = "version: 1\nworkload: {rate: 10/s}\nservices: {web: {workers: 4, handlers: {get: [{cpu: 5 ms}]}}}\n"


def test_an_example_is_found_by_its_name(bench):
    assert "shop" == load_design("shop", (), bench).name


def test_a_file_comes_before_an_example_of_the_same_name(bench, tmp_path):
    (tmp_path / "shop").write_text(LEAST + "name: mine\n")
    assert "mine" == load_design("shop", (), bench).name


def test_a_rate_needs_no_period(bench):
    assert 120 == load_design("shop", (), bench, "120").workload.rate.value
    assert 2 == load_design("shop", (), bench, "120/min").workload.rate.value


def test_prices_are_read_from_the_file_beside_the_blueprint(bench, tmp_path):
    folder = tmp_path / "designs"
    folder.mkdir()
    (folder / "mine.yaml").write_text(LEAST + "prices: prices.yml\nslo: {p99: 1 s}\n")
    (folder / "prices.yml").write_text("currency: EUR\nweb: 0.12/h\n")
    design = load_design("designs/mine.yaml", (), bench)
    assert ("EUR", [("web", 0.12)]) == (
        design.currency,
        [(p.node, p.per_hour) for p in design.prices],
    )
    assert dict(design.lines)["slo.p99"] == 5  # lines are those of the person's file


def test_a_price_file_that_is_missing_is_named(bench, tmp_path):
    (tmp_path / "mine.yaml").write_text(LEAST + "prices: prices.yml\n")
    with pytest.raises(NotFound, match=r"prices\.yml"):
        load_design("mine.yaml", (), bench)


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        pytest.param(
            "shp", NotFound, "no example or file is called 'shp'", id="a misspelt example"
        ),
        pytest.param(
            "x.yaml", NotFound, "no file is called 'x.yaml'", id="a file that is not there"
        ),
        pytest.param("data", BadRequest, "'data' is a folder", id="a folder"),
    ],
)
def test_what_is_no_blueprint_is_refused_with_the_next_command(bench, path, kind, words):
    bench.files.write("data/keep", "")
    with pytest.raises(kind, match=words) as error:
        load_design(path, (), bench)
    assert error.value.hint.startswith("backwright ")


def test_problems_are_listed_with_their_lines(bench, tmp_path):
    (tmp_path / "mine.yaml").write_text(LEAST.replace("workers: 4", "workers: 0"))
    with pytest.raises(
        BadRequest, match=r"1 problem in mine\.yaml\n  line 3  services\.web\.workers"
    ):
        load_design("mine.yaml", (), bench)


def test_bytes_that_are_no_text_are_refused(bench, tmp_path):
    (tmp_path / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRequest, match="cannot be read as text"):
        load_design("mine.yaml", (), bench)
