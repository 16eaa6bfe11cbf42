"""What calls of JavaScript's libraries do, line by line."""

import pytest
from tests.review.cases import model_of

PRISMA = ("import { PrismaClient } from '@prisma/client';", "const prisma = new PrismaClient();")
TYPEORM = (
    "import { Entity, Repository, DataSource, EntityManager } from 'typeorm';",
    "@Entity() class User { id: number; }",
    "class S { constructor(private users: Repository<User>, private ds: DataSource, private userRepository: Repository<User>) {}",
)
SEQUELIZE = (
    "const { Sequelize, Model } = require('sequelize');",
    "class User extends Model {}",
    "const Order = sequelize.define('Order', {});",
    "Order.belongsTo(User, { as: 'buyer' }); User.hasMany(Order);",
)
LINES = (
    "const { Model } = require('sequelize');",
    "class OrderLine extends Model { static async full(id) { return OrderLine.findByPk(id); } }",
)
MONGOOSE = (
    "import mongoose from 'mongoose';",
    "const User = mongoose.model('User', new mongoose.Schema({}));",
)
DRIZZLE = ("import { drizzle } from 'drizzle-orm/node-postgres';", "const db = drizzle(pool);")
KNEX = ("const knex = require('knex');", "const db = knex({ client: 'pg', pool: { max: 5 } });")
PG = ("import { Pool, Client } from 'pg';", "const pool = new Pool({ max: 10 });")
MYSQL = ("import mysql from 'mysql2/promise';",)
SQLITE = ("import Database from 'better-sqlite3';", "const db = new Database('x.db');")
MONGO = ("const { MongoClient } = require('mongodb');",)
REDIS = ("import Redis from 'ioredis';", "const redis = new Redis();")
AXIOS = ("import axios from 'axios';", "const api = axios.create({ baseURL: 'x', timeout: 5000 });")
NODE = (
    "import fs from 'node:fs';",
    "import { execSync, exec } from 'node:child_process';",
    "import crypto, { randomBytes } from 'node:crypto';",
    "import zlib from 'zlib';",
    "import path from 'path';",
    "import { Worker } from 'node:worker_threads';",
)
BCRYPT = (
    "import * as bcrypt from 'bcryptjs';",
    "import argon2 from 'argon2';",
    "import jwt from 'jsonwebtoken';",
)
LOGS = (
    "import pino from 'pino';",
    "import client from 'prom-client';",
    "import * as Sentry from '@sentry/node';",
    "const logger = pino();",
)
MAIL = (
    "import nodemailer from 'nodemailer';",
    "import { Queue } from 'bullmq';",
    "const transporter = nodemailer.createTransport({});",
    "const queue = new Queue('x');",
)
CACHES = ("import NodeCache from 'node-cache';", "import { LRUCache } from 'lru-cache';")


@pytest.mark.parametrize(
    ("before", "line", "expected"),
    [
        (PRISMA, "await prisma.user.findMany()", {"query"}),
        (
            PRISMA,
            "await prisma.user.findMany({ take: 10, include: { posts: true } })",
            {"query", "bounded", "eager"},
        ),
        (PRISMA, "await prisma.user.findUnique({ where: { id } })", {"one"}),
        (PRISMA, "await prisma.user.create({ data })", {"query"}),
        (PRISMA, "await prisma.user.createMany({ data })", {"query", "batch"}),
        (PRISMA, "await prisma.$queryRawUnsafe(sql)", {"query", "sink-sql"}),
        (PRISMA, "await prisma.$transaction([a, b])", {"transaction"}),
        (PRISMA, "const other = new PrismaClient()", {"pool"}),
        (
            TYPEORM,
            "m() { return this.users.find({ take: 5, relations: ['posts'] }); } }",
            {"query", "bounded", "eager"},
        ),
        (TYPEORM, "m() { return this.userRepository.findOneBy({ id }); } }", {"one"}),
        (TYPEORM, "m() { return this.ds.getRepository(User).save(user); } }", {"query"}),
        (
            SEQUELIZE,
            "await User.findAll({ limit: 3, include: [Order] })",
            {"query", "bounded", "eager"},
        ),
        (SEQUELIZE, "await Order.findByPk(1)", {"one"}),
        (SEQUELIZE, "await order.getBuyer()", {"query"}),
        (SEQUELIZE, "await user.getOrders()", {"query"}),
        (SEQUELIZE, "await User.bulkCreate(rows)", {"query", "batch"}),
        (SEQUELIZE, "Object.create(null)", set()),
        (LINES, "await orderLine.destroy()", {"query"}),
        (LINES, "await orderLines[i].update({ sku })", {"query"}),
        (LINES, "orderLine.update(digest)", set()),
        (LINES, "await deadline.update({ sku })", set()),
        (LINES[1:], "await orderLine.destroy()", set()),
        (
            MONGOOSE,
            "await User.find({ a: 1 }).populate('posts').limit(10)",
            {"query", "eager", "bounded"},
        ),
        (MONGOOSE, "await User.findById(id)", {"one"}),
        (MONGOOSE, "await User.updateOne({ id }, {})", {"query"}),
        (MONGOOSE, "await user.populate('posts')", {"query"}),
        (MONGOOSE, "[1].find((x) => x)", set()),
        (
            DRIZZLE,
            "await db.select().from(users).where(eq(users.id, 1)).limit(1)",
            {"query", "part", "bounded"},
        ),
        (DRIZZLE, "await db.insert(users).values(rows)", {"query"}),
        (
            DRIZZLE,
            "await db.query.users.findMany({ with: { posts: true }, limit: 5 })",
            {"query", "eager", "bounded"},
        ),
        (KNEX, "await db('users').where({ id }).first()", {"lazy", "part", "one"}),
        (KNEX, "await db('users').insert(row)", {"lazy", "query"}),
        (KNEX, "await db.raw('select 1')", {"query", "sink-sql"}),
        (PG, "await pool.query('SELECT 1')", {"query", "sink-sql"}),
        (PG, "const client = new Client()", {"connect"}),
        (PG, "const more = new Pool()", {"pool"}),
        (MYSQL, "const c = await mysql.createConnection(url)", {"connect"}),
        (MYSQL, "const p = mysql.createPool({ connectionLimit: 4 })", {"pool"}),
        (SQLITE, "db.prepare('SELECT * FROM a').all()", {"query", "sink-sql"}),
        (SQLITE, "db.prepare('SELECT * FROM a').get(1)", {"one", "sink-sql"}),
        (
            MONGO,
            "await client.db().collection('a').find({}).limit(5).toArray()",
            {"part", "query", "bounded"},
        ),
        (MONGO, "await client.db().collection('a').insertOne({})", {"part", "query"}),
        (REDIS, "await redis.set('a', 'b', 'EX', 10)", {"cache-set"}),
        (REDIS, "await redis.get('a')", {"cache-get"}),
        (AXIOS, "await axios.get('https://x')", {"outgoing"}),
        (AXIOS, "await api.post('/x')", {"outgoing"}),
        (AXIOS, "await fetch('https://x')", {"outgoing"}),
        (NODE, "fs.readFileSync('a')", {"file", "sink-path"}),
        (NODE, "execSync('ls ' + a)", {"process", "sink-command"}),
        (NODE, "zlib.gzipSync(b)", {"cpu"}),
        (NODE, "crypto.createHash('md5')", {"hash"}),
        (NODE, "crypto.scryptSync(p, s, 64)", {"password-hash"}),
        (NODE, "randomBytes(8)", {"random-strong"}),
        (NODE, "Math.random()", {"random-weak"}),
        (NODE, "new Worker('./w.js')", {"offload"}),
        (NODE, "process.on('SIGTERM', stop)", {"shutdown"}),
        (NODE, "process.on('exit', stop)", set()),
        (NODE, "path.basename(a)", {"clean"}),
        (NODE, "eval(a)", {"sink-eval"}),
        (BCRYPT, "await bcrypt.compare(a, b)", {"password-hash"}),
        (BCRYPT, "await argon2.hash(a)", {"password-hash"}),
        (BCRYPT, "jwt.sign({}, key)", {"token-make"}),
        (BCRYPT, "jwt.verify(t, key)", {"token-check"}),
        (LOGS, "logger.error(e)", {"log"}),
        (LOGS, "console.log(e)", {"log"}),
        (LOGS, "new client.Counter({})", {"metric"}),
        (LOGS, "Sentry.init({})", {"trace"}),
        (MAIL, "await transporter.sendMail({})", {"mail"}),
        (MAIL, "await queue.add('x', {})", {"publish"}),
        (CACHES, "const c = new NodeCache()", {"cache-make"}),
        (CACHES, "const c = new LRUCache({ max: 5 })", {"cache-make"}),
        (CACHES, "cache.set('a', 1, 60)", {"cache-set"}),
        (NODE, "const m = new Map(); m.get('a'); m.set('a', 1)", set()),
        (NODE, "items.map((x) => x.save)", set()),
        (NODE, "list.filter(Boolean).find((x) => x.ok)", set()),
    ],
)
def test_effects(before, line, expected):
    model = model_of({"src/a.ts": "\n".join([*before, line]) + "\n"})
    found = {
        does.does
        for index, told in model.effects.of_call[0].items()
        for does in told
        if model.files[0].calls[index].line == len(before) + 1
    }
    assert expected == found - {"client"}


@pytest.mark.parametrize(
    ("on", "found"), [("this.database.orderLineModel", 1), ("this.database.parcelModel", 0)]
)
def test_models_by_the_attribute_that_holds_them(on, found):
    model = model_of({"src/a.ts": "\n".join([*LINES, f"await {on}.full(1)"]) + "\n"})
    call = next(each for each in model.files[0].calls if each.name == "full")
    assert found == len(model.project.resolve_call(0, call))
