"""Clients that are not ours: the TypeScript SDK, the inspector's command line, Claude Code's checks of the plugin.

They come from npm: `npm install @modelcontextprotocol/sdk @modelcontextprotocol/inspector@0.15.0
@anthropic-ai/claude-code` in a folder, and NODE_MODULES=<folder>/node_modules. Without them this is skipped.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.command import ROOT, command, environment

from backwright.faces.mcp.sitting import FORMS_MAX
from backwright.faces.mcp.spoken import call_of
from backwright.usecases import USE_CASES

MODULES = Path(os.environ.get("NODE_MODULES", "no-such-folder"))  # noqa: TID251  (where others' programs are)
CALLS = [call_of(u.example) for u in USE_CASES if u.audience != "machine"]


def needs(package: str) -> pytest.MarkDecorator:
    here = shutil.which("node") and (MODULES / package).is_dir()
    return pytest.mark.skipif(
        not here, reason=f"NODE_MODULES has no {package}, or there is no node"
    )


@needs("@modelcontextprotocol/sdk")
def test_the_typescript_client_accepts_every_answer(tmp_path):
    ran = subprocess.run(
        [
            "node",
            Path(__file__).with_name("typescript_client.mjs"),
            MODULES,
            json.dumps([call._asdict() for call in CALLS]),
            *command("mcp"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=environment(tmp_path / "data"),
        cwd=tmp_path,
    )
    assert 0 == ran.returncode, ran.stderr
    said = json.loads(ran.stdout)
    assert [] == said["problems"]
    assert len(USE_CASES) == said["tools"]
    assert FORMS_MAX == said["forms"]
    assert said["steps"]
    assert "go on" in said["sitting"]
    assert "Go" in said["role"]
    assert "tool roadmap" in said["prompt"]
    assert "go-developer" == said["completed"][0]


@needs("@modelcontextprotocol/inspector")
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.tool)
def test_the_inspector_calls_every_tool(call, tmp_path):
    given = []
    for name, value in call.arguments.items():
        shown = value if isinstance(value, str) else json.dumps(value)
        given += ["--tool-arg", f"{name}={shown}"]
    if call.tool == "data_import":
        (tmp_path / call.arguments["path"]).write_text("")
    ran = inspect(tmp_path, "--method", "tools/call", "--tool-name", call.tool, *given)
    assert 0 == ran.returncode, ran.stderr
    result = json.loads(ran.stdout)
    if call.tool != "data_delete":  # there is nobody to delete
        assert not result.get("isError"), result["content"]
        assert result["structuredContent"]["schema"].startswith("backwright/")


@needs("@modelcontextprotocol/inspector")
@pytest.mark.parametrize(
    "method", ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]
)
def test_the_inspector_lists_everything(method, tmp_path):
    ran = inspect(tmp_path, "--method", method)
    assert 0 == ran.returncode, ran.stderr
    assert json.loads(ran.stdout)


def inspect(tmp_path, *arguments):
    line = MODULES / "@modelcontextprotocol" / "inspector" / "cli" / "build" / "cli.js"
    return subprocess.run(
        ["node", line, "--cli", *command("mcp"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(tmp_path / "data"),
        cwd=tmp_path,
    )


def claude(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess:
    """Run Claude Code with nothing of this person's, and without a word to anybody else."""
    binary = next((MODULES / "@anthropic-ai").glob("claude-code-*/claude"))
    programs = home / "bin"
    programs.mkdir(exist_ok=True)
    started = programs / "backwright"
    words = " ".join(command("mcp")[:3])
    started.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT / "src"} exec {words} "$@"\n')
    started.chmod(0o755)
    return subprocess.run(
        [binary, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={
            "HOME": str(home),
            "PATH": f"{programs}:{os.defpath}",
            "DISABLE_AUTOUPDATER": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        },
        cwd=home,
    )


@needs("@anthropic-ai/claude-code")
@pytest.mark.parametrize("what", [ROOT / "plugin", ROOT], ids=["the plugin", "the marketplace"])
def test_claude_code_finds_nothing_to_complain_about(what, tmp_path):
    ran = claude(tmp_path, "plugin", "validate", "--strict", what)
    assert 0 == ran.returncode, ran.stdout + ran.stderr


@needs("@anthropic-ai/claude-code")
def test_claude_code_installs_the_plugin_and_reaches_the_server(tmp_path):
    for arguments in (
        ("plugin", "marketplace", "add", ROOT),
        ("plugin", "install", "backwright@backwright"),
    ):
        ran = claude(tmp_path, *arguments)
        assert 0 == ran.returncode, ran.stdout + ran.stderr
    listed = claude(tmp_path, "mcp", "list")
    assert "Connected" in listed.stdout, listed.stdout + listed.stderr
