"""The plugin holds together: what Claude Code's own validation misses, and that it names tools that exist."""

import json
import re

import pytest
import yaml
from tests.command import ROOT

from backwright import __version__
from backwright.faces.mcp.clients import settings_of
from backwright.faces.mcp.listing import tools
from backwright.usecases.mcp import Ask

PLUGIN = ROOT / "plugin"
MANIFEST = json.loads((PLUGIN / ".claude-plugin" / "plugin.json").read_text())
MARKET = json.loads((ROOT / ".claude-plugin" / "marketplace.json").read_text())
SKILLS = sorted(PLUGIN.glob("skills/*/SKILL.md"))
AGENTS = sorted(PLUGIN.glob("agents/*.md"))
# What Claude Code reads of the head of a plugin's agent or skill; other keys do nothing, without a word.
AGENT_KEYS = {"name", "description", "model", "effort", "maxTurns", "tools", "disallowedTools", "skills", "memory", "background", "isolation"}  # fmt: skip
SKILL_KEYS = {"name", "description", "argument-hint", "allowed-tools", "model", "disable-model-invocation"}  # fmt: skip
DESCRIPTION_MAX = 200  # characters: the descriptions stand in every session
TOOLS = {tool["name"]: tool for tool in tools()}


def head_and_text(page):
    _, head, text = page.read_text().split("---\n", 2)
    return yaml.safe_load(head), text


def where(page):
    return str(page.relative_to(PLUGIN))


def test_the_server_is_started_as_the_settings_say():
    written = json.loads((PLUGIN / ".mcp.json").read_text())
    assert json.loads(settings_of(Ask(config="claude"))) == written
    for server in written["mcpServers"].values():
        assert server["command"]


def test_each_entry_of_the_marketplace_leads_to_a_plugin_of_its_name():
    for entry in MARKET["plugins"]:
        manifest = ROOT / entry["source"] / ".claude-plugin" / "plugin.json"
        assert entry["name"] == json.loads(manifest.read_text())["name"]
        assert "version" not in entry  # the plugin's own wins, so one that differs would be a lie


def test_the_plugin_has_the_version_of_the_package():
    assert __version__ == MANIFEST["version"]


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        *(pytest.param(page, AGENT_KEYS, id=where(page)) for page in AGENTS),
        *(pytest.param(page, SKILL_KEYS, id=where(page)) for page in SKILLS),
    ],
)
def test_heads_hold_only_what_is_read(page, keys):
    head, _ = head_and_text(page)
    assert set() == set(head) - keys
    assert 20 < len(head["description"]) <= DESCRIPTION_MAX


def test_the_commands_are_those_that_are_promised():
    expected = ["ask", "assess", "design", "explore", "learn", "review", "roadmap"]
    assert expected == [page.parent.name for page in SKILLS]


@pytest.mark.parametrize("page", [*AGENTS, *SKILLS], ids=where)
def test_named_tools_and_fields_exist(page):
    """In the pages, code of one word is a tool, a field of one, or a name said here."""
    _, text = head_and_text(page)
    fields = {name for tool in TOOLS.values() for name in tool["inputSchema"]["properties"]}
    words = {word.partition(":")[0] for word in re.findall(r"`([\w-]+(?:: \w+)?)`", text)}
    assert set() == words - set(TOOLS) - fields - {"backwright", "i"}
