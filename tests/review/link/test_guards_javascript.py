"""Node: what a handler calls first counts for what it demands."""

import pytest
from tests.review.cases import model_of


def js(*lines: str) -> str:
    return "\n".join(lines) + "\n"


REQUEST = js(
    "import { checkAuth } from './auth';",
    "import { refuse, wrong } from './answers';",
    "export async function parse(request: Request, schema?: any, options?: { skipAuth: boolean }) {",
    "  let error; let auth = null;",
    "  const result = schema?.safeParse(await request.json());",
    "  if (!result.success) error = () => wrong(result.error);",
    "  if (!options?.skipAuth && !error) { auth = await checkAuth(request); if (!auth) error = () => refuse(401); }",
    "  return { body: result.data, auth, error };",
    "}",
    "export async function read(request: Request, schema: any) {",
    "  const result = schema.safeParse(await request.json());",
    "  return { body: result.data, error: result.success ? null : wrong(result.error) };",
    "}",
)
AUTH = js(
    "import jwt from 'jsonwebtoken';",
    "import { compare } from 'bcrypt';",
    "import { refuse } from './answers';",
    "import { prisma } from './db';",
    "const bearer = (request) => request.headers.get('authorization')?.split(' ')[1];",
    "export async function checkAuth(request) { return open(bearer(request)); }",
    "function open(token) { try { return jwt.verify(token, process.env.SECRET); } catch { return null; } }",
    "export async function need(request) { const who = await checkAuth(request); if (!who) return { denied: refuse(401) }; return { who }; }",
    "export async function needAdmin(request) { const { who, denied } = await need(request); if (denied) return { denied }; return { who }; }",
    "export async function who(request, { requireUser = false } = {}) { const it = await checkAuth(request); if (!it && requireUser) return { denied: refuse(401) }; return { it }; }",
    "export async function enter(request) {",
    "  const { name, password } = await request.json();",
    "  const user = await prisma.user.findUnique({ where: { name } });",
    "  if (!(await user.comparePassword(password))) return { denied: refuse(401) };",
    "  return { user, token: jwt.verify(jwt.sign({ name }, 's'), 's') };",
    "}",
)
ANSWERS = js(
    "export const refuse = (status) => Response.json({ error: 'x' }, { status });",
    "export const wrong = (error) => Response.json({ error }, { status: 400 });",
)
FIRST = [
    pytest.param("const { auth, error } = await parse(request, schema); if (error) return error(); return Response.json({});", True, id="an error taken apart and called"),
    pytest.param("const parsed = await parse(request);\n  if (parsed.error) return parsed.error();\n  return Response.json({});", True, id="a part of the answer"),
    pytest.param("const { who, denied } = await needAdmin(request);\n  if (denied) return denied;\n  return Response.json({});", True, id="a guard that asks another"),
    pytest.param("const { denied } = await who(request, { requireUser: true });\n  if (denied) return denied;\n  return Response.json({});", True, id="a switch turned on"),
    pytest.param("const { error } = await parse(request, null, { skipAuth: true });\n  if (error) return error();\n  return Response.json({});", False, id="a switch turned off"),
    pytest.param("const open = { skipAuth: true };\n  const { error } = await parse(request, null, open);\n  if (error) return error();\n  return Response.json({});", False, id="a switch turned off by name"),
    pytest.param("const { denied } = await who(request);\n  if (denied) return denied;\n  return Response.json({});", False, id="a switch that is off by default"),
    pytest.param("const { error } = await read(request, schema);\n  if (error) return error;\n  return Response.json({});", False, id="what checks the body alone"),
    pytest.param("const { denied, token } = await enter(request);\n  if (denied) return denied;\n  return Response.json({ token });", False, id="a login"),
    pytest.param("const { auth } = await parse(request, schema);\n  return Response.json({ known: !!auth });", False, id="an answer that nothing is done with"),
    pytest.param("const post = await prisma.post.findFirst({});\n  if (post.open) return Response.json(post);\n  const { error } = await parse(request);\n  if (error) return error();\n  return Response.json({});", False, id="asked only after something was read"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), FIRST)
def test_a_function_called_first_counts_for_what_it_demands(body: str, expected: bool) -> None:
    found = model_of(
        {
            "package.json": "{}",
            "src/lib/request.ts": REQUEST,
            "src/lib/auth.ts": AUTH,
            "src/lib/answers.ts": ANSWERS,
            "src/lib/db.ts": js(
                "import { PrismaClient } from '@prisma/client';",
                "export const prisma = new PrismaClient();",
            ),
            "src/app/api/posts/route.ts": js(
                "import { NextResponse } from 'next/server';",
                "import { parse, read } from '../../../lib/request';",
                "import { enter, needAdmin, who } from '../../../lib/auth';",
                "import { prisma } from '../../../lib/db';",
                "export async function POST(request: Request) {",
                f"  {body}",
                "}",
            ),
        }
    ).endpoints
    assert [expected] == [each.auth for each in found]


SESSION = js(
    "import { getSession } from './store.js';",
    "export default function look(req, res) {",
    "  const found = getSession(req.headers['x-app-token']);",
    "  if (!found) { res.status(401); res.send({ reason: 'no' }); return null; }",
    "  return found;",
    "}",
    "export const onlyKnown = async (req, res, next) => {",
    "  const found = await look(req, res);",
    "  if (!found) { return; }",
    "  res.locals = found;",
    "  next();",
    "};",
    "export const tagged = async (req, res, next) => { res.locals.tag = 1; next(); };",
)
ANSWERED = [
    pytest.param("app.post('/x', onlyKnown, (req, res) => { res.send({}); });", True, id="a middleware that leaves the answer to a function"),
    pytest.param("app.post('/x', tagged, (req, res) => { res.send({}); });", False, id="a middleware that asks nothing"),
    pytest.param("app.post('/x', (req, res) => { const found = look(req, res); if (!found) return; res.send({}); });", True, id="a handler that leaves the answer to a function"),
    pytest.param("app.post('/x', (req, res) => { look(req, res); res.send({}); });", False, id="an answer that nobody looks at"),
]  # fmt: skip


@pytest.mark.parametrize(("route", "expected"), ANSWERED)
def test_a_function_that_is_handed_the_response_may_refuse(route: str, expected: bool) -> None:
    found = model_of(
        {
            "package.json": '{"dependencies": {"express": "4"}}',
            "src/session.js": SESSION,
            "src/store.js": js("export function getSession(token) { return null; }"),
            "src/app.js": js(
                "import express from 'express';",
                "import look, { onlyKnown, tagged } from './session.js';",
                "const app = express();",
                route,
                "app.listen(1);",
            ),
        }
    ).endpoints
    assert [expected] == [each.auth for each in found]
