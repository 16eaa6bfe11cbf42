"""Commands as links: the page of the verb with its form filled in."""

import pytest

from backwright.faces.web.linking import page_of


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("backwright explore", "/explore", id="a bare verb"),
        pytest.param(
            "backwright design solve shop --rate 40",
            "/design/solve?path=shop&rate=40",
            id="positional and option",
        ),
        pytest.param(
            "backwright design solve shop --set a.b=1 c=2 --rate=40",
            "/design/solve?path=shop&set=a.b%3D1&set=c%3D2&rate=40",
            id="an option with several words",
        ),
        pytest.param(
            "backwright advise stack --compare --among go 'c#'",
            "/advise/stack?compare=true&among=go&among=c%23",
            id="a flag, a quoted word",
        ),
        pytest.param(
            "backwright design new shop -o mine.yaml",
            "/design/new?example=shop",
            id="files to write are left out",
        ),
        pytest.param("backwright map example --json", "/map?path=example", id="how it is shown"),
        pytest.param("backwright data delete --yes --as 'a b'", "/data/delete?yes=true", id="who"),
        pytest.param("backwright serve", "", id="what starts a face"),
        pytest.param("backwright config explain   (says where)", "", id="a remark after it"),
        pytest.param("backwright design solve shop --rat 40", "", id="an unknown option"),
        pytest.param("mkdir a && backwright data import b", "", id="another program"),
        pytest.param("backwright 'explore", "", id="a quote that does not end"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_command_leads_to_its_page(command, expected):
    assert expected == page_of(command)
