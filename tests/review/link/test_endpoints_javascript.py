"""Endpoints of JavaScript's frameworks, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of


def js(*lines: str) -> str:
    return "\n".join(lines) + "\n"


# Each expected endpoint says its method, path, handler, whether it needs a login, whether it is limited.
EXPRESS = [
    pytest.param(
        {
            "src/app.js": js(
                "const express = require('express');",
                "const helmet = require('helmet');",
                "const rateLimit = require('express-rate-limit');",
                "const orders = require('./routes/orders');",
                "const { requireAuth } = require('./middleware/auth');",
                "const app = express();",
                "app.set('trust proxy', 1);",
                "const name = app.get('env');",
                "app.use(helmet());",
                "app.use(express.json());",
                "const loginLimiter = rateLimit({ windowMs: 60000, max: 5 });",
                "app.get('/health', (req, res) => res.send('ok'));",
                "app.post('/login', loginLimiter, (req, res) => res.json({}));",
                "app.use('/api/orders', requireAuth, orders);",
                "app.use((req, res, next) => next(new Error('not found')));",
                "app.use((err, req, res, next) => { res.status(401).end(); });",
                "app.listen(3000);",
            ),
            "src/middleware/auth.js": js(
                "const jwt = require('jsonwebtoken');",
                "exports.requireAuth = (req, res, next) => {",
                "  try { req.user = jwt.verify(req.headers.authorization, process.env.KEY); next(); } catch (e) { res.sendStatus(401); }",
                "};",
            ),
            "src/routes/orders.js": js(
                "const { Router } = require('express');",
                "const controller = require('../controllers/orders');",
                "const asyncHandler = require('express-async-handler');",
                "const router = Router();",
                "router.route('/')",
                "  .get(controller.list)",
                "  .post(validate(orderSchema), asyncHandler(controller.create));",
                "router.get('/:id(\\\\d+)', controller.show);",
                "router.delete('/:id', [isAdmin, audit], asyncHandler(async (req, res) => { res.end(); }));",
                "module.exports = router;",
            ),
            "src/controllers/orders.js": js(
                "exports.list = async (req, res) => { const { page, status } = req.query; res.json([]); };",
                "exports.create = async (req, res) => res.json({});",
                "module.exports.show = async (req, res) => res.json(req.params.id);",
            ),
        },
        {
            ("GET", "/health", "(anonymous)", False, False),
            ("POST", "/login", "(anonymous)", False, True),
            ("GET", "/api/orders", "controller.list", True, False),
            ("POST", "/api/orders", "controller.create", True, False),
            ("GET", "/api/orders/{id}", "controller.show", True, False),
            ("DELETE", "/api/orders/{id}", "(anonymous)", True, False),
        },
        id="Express: routers mounted with middleware, chained routes, wrapped handlers",
    ),
    pytest.param(
        {
            "src/server.ts": js(
                "import App from './app';",
                "import UserRoute from './routes/user.route';",
                "import { PostRoute } from './routes/post.route';",
                "const app = new App([new UserRoute(), new PostRoute()]);",
                "app.listen();",
            ),
            "src/app.ts": js(
                "import express, { Application } from 'express';",
                "import { Routes } from './interfaces/routes';",
                "export default class App {",
                "  public app: Application;",
                "  constructor(routes: Routes[]) {",
                "    this.app = express();",
                "    this.initializeMiddlewares();",
                "    this.initializeRoutes(routes);",
                "  }",
                "  private initializeMiddlewares() { this.app.use(express.json()); }",
                "  private initializeRoutes(routes: Routes[]) {",
                "    routes.forEach(route => { this.app.use('/api', route.router); });",
                "  }",
                "}",
            ),
            "src/routes/user.route.ts": js(
                "import { Router } from 'express';",
                "import UserController from '../controllers/user.controller';",
                "import { authMiddleware } from '../middlewares/auth.middleware';",
                "class UserRoute implements Routes {",
                "  public path = '/users';",
                "  public router = Router();",
                "  public controller = new UserController();",
                "  constructor() { this.initializeRoutes(); }",
                "  private initializeRoutes() {",
                "    this.router.get(`${this.path}`, authMiddleware, this.controller.getUsers);",
                "    this.router.post(`${this.path}`, this.controller.createUser.bind(this.controller));",
                "  }",
                "}",
                "export default UserRoute;",
            ),
            "src/routes/post.route.ts": js(
                "import { Router, Request, Response } from 'express';",
                "export class PostRoute {",
                "  router: Router;",
                "  constructor() {",
                "    this.router = Router();",
                "    this.router.get('/posts/:slug', this.show);",
                "  }",
                "  show = async (req: Request, res: Response) => { res.json({}); };",
                "}",
            ),
            "src/controllers/user.controller.ts": js(
                "export default class UserController {",
                "  public getUsers = async (req, res, next) => { res.json([]); };",
                "  public async createUser(req, res) { res.json({}); }",
                "}",
            ),
        },
        {
            ("GET", "/api/users", "UserController.getUsers", True, False),
            ("POST", "/api/users", "UserController.createUser", False, False),
            ("GET", "/api/posts/{slug}", "PostRoute.show", False, False),
        },
        id="Express: routers in fields of classes, handed to the application in a list",
    ),
    pytest.param(
        {
            "src/index.js": js(
                "import express from 'express';",
                "import { registerRoutes } from './routes/index.js';",
                "const app = express();",
                "registerRoutes(app);",
                "app.listen(3000);",
            ),
            "src/routes/index.js": js(
                "import { limiter } from '../limits.js';",
                "import authRoutes from './auth.js';",
                "import makeBooks from './books.js';",
                "const table = [{ path: '/auth', router: authRoutes, mw: limiter }];",
                "export function registerRoutes(app) {",
                "  for (const { path, router } of table) app.use(path, router);",
                "  app.use('/v2', makeBooks({ db }));",
                "  ['GET', 'POST'].forEach((m) => app[m.toLowerCase()]('/echo', (req, res) => res.end()));",
                "}",
            ),
            "src/routes/auth.js": js(
                "import { Router } from 'express';",
                "import { limiter } from '../limits.js';",
                "export const router = Router({ mergeParams: true });",
                "router.use(limiter);",
                "router.post('/login', async function login(req, res) { res.end(); });",
                "router.get(['/me', '/profile'], ensureLoggedIn(), (req, res) => res.json(req.user));",
                "export default router;",
            ),
            "src/routes/books.js": js(
                "import { Router } from 'express';",
                "export default function makeBooks({ db }) {",
                "  const router = Router();",
                "  const list = async (req, res) => res.json(await db.all());",
                "  router.get('/books', list);",
                "  return router;",
                "}",
            ),
            "src/limits.js": js(
                "import rateLimit from 'express-rate-limit';",
                "export const limiter = rateLimit({ max: 10 });",
            ),
        },
        {
            ("POST", "/auth/login", "login", False, True),
            ("GET", "/auth/me", "(anonymous)", True, True),
            ("GET", "/auth/profile", "(anonymous)", True, True),
            ("GET", "/v2/books", "list", False, False),
        },
        id="Express: a function that registers, a table of routers, a factory of a router",
    ),
    pytest.param(
        {
            "app.js": js(
                "const express = require('express');",
                "const app = express();",
                "const api = express.Router();",
                "const admin = express.Router();",
                "api.use((req, res, next) => {",
                "  if (['/status', '/docs'].includes(req.path)) return next();",
                "  if (!req.headers['x-key']) return res.status(401).json({ error: 'key' });",
                "  next();",
                "});",
                "api.get('/docs', showDocs);",
                "api.get('/items', (req, res) => res.json([]));",
                "admin.use('/users', limitAdmins, onlyAdmin);",
                "admin.get('/users/:id', getUser);",
                "admin.get('/stats', getStats);",
                "api.use('/admin', admin);",
                "app.use('/api/v1', api);",
                "app.all('/legacy/*', (req, res) => res.redirect('/'));",
                "function onlyAdmin(req, res, next) { if (!req.session.userId) return res.redirect('/login'); next(); }",
                "function limitAdmins(req, res, next) { if (seen[req.ip] > 9) return res.status(429).end(); next(); }",
                "function getUser(req, res) {}",
                "function getStats(req, res) {}",
                "function showDocs(req, res) {}",
            ),
        },
        {
            ("GET", "/api/v1/docs", "showDocs", False, False),
            ("GET", "/api/v1/items", "(anonymous)", True, False),
            ("GET", "/api/v1/admin/users/{id}", "getUser", True, True),
            ("GET", "/api/v1/admin/stats", "getStats", True, False),
            ("*", "/legacy/{*}", "(anonymous)", False, False),
        },
        id="Express: middleware written in place, nested routers, middleware for a path",
    ),
]

FASTIFY = [
    pytest.param(
        {
            "src/app.ts": js(
                "import Fastify, { FastifyInstance } from 'fastify';",
                "import jwt from '@fastify/jwt';",
                "import rateLimit from '@fastify/rate-limit';",
                "import authPlugin from './plugins/auth';",
                "import { userRoutes } from './modules/user/user.route';",
                "import productRoutes from './modules/product/product.route';",
                "export function build(): FastifyInstance {",
                "  const server = Fastify({ logger: true });",
                "  server.register(jwt, { secret: process.env.SECRET });",
                "  server.register(authPlugin);",
                "  server.register(rateLimit, { max: 100, timeWindow: '1 minute' });",
                "  server.get('/healthcheck', async function () { return { status: 'OK' }; });",
                "  server.register(userRoutes, { prefix: 'api/users' });",
                "  server.register(async (scope) => {",
                "    scope.addHook('onRequest', server.authenticate);",
                "    scope.register(productRoutes, { prefix: '/products' });",
                "  }, { prefix: '/api' });",
                "  return server;",
                "}",
            ),
            "src/plugins/auth.ts": js(
                "import fp from 'fastify-plugin';",
                "export default fp(async (fastify) => {",
                "  fastify.decorate('authenticate', async (request, reply) => { try { await request.jwtVerify(); } catch (e) { return reply.send(e); } });",
                "});",
            ),
            "src/modules/user/user.route.ts": js(
                "import { FastifyInstance } from 'fastify';",
                "import { registerUserHandler, getUsersHandler } from './user.controller';",
                "export async function userRoutes(server: FastifyInstance) {",
                "  server.post('/', { schema: { body: userSchema } }, registerUserHandler);",
                "  server.get('/', { preHandler: [server.authenticate], config: { rateLimit: false } }, getUsersHandler);",
                "}",
            ),
            "src/modules/user/user.controller.ts": js(
                "export async function registerUserHandler(request, reply) { const { email } = request.body; return {}; }",
                "export async function getUsersHandler() { return []; }",
            ),
            "src/modules/product/product.route.ts": js(
                "import type { FastifyPluginAsync } from 'fastify';",
                "const routes: FastifyPluginAsync = async (fastify) => {",
                "  fastify.route({ method: ['GET', 'HEAD'], url: '/:id', handler: async (req) => find(req.params.id) });",
                "  const opts = { schema: {}, handler: createProduct };",
                "  fastify.post('/', opts);",
                "};",
                "async function createProduct(request) { return request.body; }",
                "export default routes;",
            ),
        },
        {
            ("GET", "/healthcheck", "build", False, True),
            ("POST", "/api/users", "registerUserHandler", False, True),
            ("GET", "/api/users", "getUsersHandler", True, False),
            ("GET", "/api/products/{id}", "routes", True, True),
            ("HEAD", "/api/products/{id}", "routes", True, True),
            ("POST", "/api/products", "createProduct", True, True),
        },
        id="Fastify: plugins with prefixes, a scope with a hook, a limit for everything",
    ),
    pytest.param(
        {
            "app.js": js(
                "const path = require('path');",
                "const AutoLoad = require('@fastify/autoload');",
                "module.exports = async function (fastify, opts) {",
                "  fastify.register(AutoLoad, { dir: path.join(__dirname, 'plugins'), options: Object.assign({}, opts) });",
                "  fastify.register(AutoLoad, { dir: path.join(__dirname, 'routes'), routeParams: true, options: { prefix: '/v1' } });",
                "};",
            ),
            "plugins/limits.js": js(
                "const fp = require('fastify-plugin');",
                "module.exports = fp(async function (fastify) {",
                "  fastify.register(require('@fastify/rate-limit'), { global: false });",
                "});",
            ),
            "routes/root.js": js(
                "module.exports = async function (fastify) { fastify.get('/', async () => ({ root: true })); };"
            ),
            "routes/users/index.js": js(
                "module.exports = async function (fastify) {",
                "  fastify.get('/', async function (request) { return []; });",
                "  fastify.post('/', { config: { rateLimit: { max: 3 } } }, async function (request) { return {}; });",
                "};",
            ),
            "routes/users/_id/posts.js": js(
                "module.exports = async (fastify) => { fastify.get('/posts', async () => []); };"
            ),
            "routes/old.js": js(
                "module.exports = async function (f) { f.get('/x', async () => 1); };",
                "module.exports.autoPrefix = '/legacy';",
            ),
        },
        {
            ("GET", "/v1", "(anonymous)", False, False),
            ("GET", "/v1/users", "(anonymous)", False, False),
            ("POST", "/v1/users", "(anonymous)", False, True),
            ("GET", "/v1/users/{id}/posts", "(anonymous)", False, False),
            ("GET", "/v1/legacy/x", "(anonymous)", False, False),
        },
        id="Fastify: routes by folders",
    ),
    pytest.param(
        {
            "server.js": js(
                "import fastify from 'fastify';",
                "import guard from './guard.js';",
                "const app = fastify();",
                "await app.register(guard);",
                "app.register(import('./routes.js'), { prefix: '/shop' });",
                "app.get('/version', () => '1');",
            ),
            "guard.js": js(
                "import fp from 'fastify-plugin';",
                "async function guard(app) {",
                "  app.addHook('onSend', async (request, reply) => { reply.header('x', '401'); });",
                "  app.addHook('onRequest', async (request, reply) => {",
                "    if (request.url === '/version') return;",
                "    if (!request.headers['x-api-key']) { reply.code(401); throw new Error('key'); }",
                "  });",
                "}",
                "export default fp(guard, { name: 'guard' });",
            ),
            "routes.js": js(
                "import { list, remove } from './items.js';",
                "export default function (app, opts, done) {",
                "  app.get('/items', list);",
                "  app.delete('/items/:id', { onRequest: (req, reply) => req.isAdmin(reply) }, remove);",
                "  done();",
                "}",
            ),
            "items.js": js(
                "export const list = async () => [];",
                "export const remove = async (request) => {};",
            ),
        },
        {
            ("GET", "/version", "(anonymous)", False, False),
            ("GET", "/shop/items", "list", True, False),
            ("DELETE", "/shop/items/{id}", "remove", True, False),
        },
        id="Fastify: a guard in fastify-plugin counts for what it is registered on",
    ),
]

NEST = [
    pytest.param(
        {
            "src/main.ts": js(
                "import { NestFactory } from '@nestjs/core';",
                "import { VersioningType } from '@nestjs/common';",
                "import { AppModule } from './app.module';",
                "async function bootstrap() {",
                "  const app = await NestFactory.create(AppModule);",
                "  app.setGlobalPrefix('api', { exclude: ['health'] });",
                "  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });",
                "  await app.listen(3000);",
                "}",
                "bootstrap();",
            ),
            "src/app.module.ts": js(
                "import { Module } from '@nestjs/common';",
                "import { APP_GUARD } from '@nestjs/core';",
                "import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';",
                "import { JwtAuthGuard } from './auth/jwt-auth.guard';",
                "@Module({",
                "  imports: [ThrottlerModule.forRoot([{ ttl: 60000, limit: 10 }]), CatsModule],",
                "  controllers: [HealthController],",
                "  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }, { provide: APP_GUARD, useClass: JwtAuthGuard }],",
                "})",
                "export class AppModule {}",
            ),
            "src/health.controller.ts": js(
                "import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common';",
                "import { SkipThrottle } from '@nestjs/throttler';",
                "import { Public } from './auth/public.decorator';",
                "@Controller({ path: 'health', version: VERSION_NEUTRAL })",
                "export class HealthController {",
                "  @Public()",
                "  @SkipThrottle()",
                "  @Get()",
                "  check() { return { ok: true }; }",
                "}",
            ),
            "src/cats/cats.controller.ts": js(
                "import { Body, Controller, Get, Param, Post, Query, Version } from '@nestjs/common';",
                "import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';",
                "import { Public } from '../auth/public.decorator';",
                "@ApiTags('cats')",
                "@Controller('cats')",
                "export class CatsController {",
                "  constructor(private readonly cats: CatsService) {}",
                "  @Public()",
                "  @Get()",
                "  findAll(@Query('page') page: number) { return this.cats.findAll(page); }",
                "  @Version('2')",
                "  @Get(':id')",
                "  findOne(@Param('id') id: string) { return this.cats.findOne(id); }",
                "  @Post()",
                "  create(@Body() dto: CreateCatDto) { return this.cats.create(dto); }",
                "}",
            ),
            "src/auth/jwt-auth.guard.ts": js(
                "import { Injectable } from '@nestjs/common';",
                "import { AuthGuard } from '@nestjs/passport';",
                "@Injectable()",
                "export class JwtAuthGuard extends AuthGuard('jwt') {}",
            ),
            "src/auth/public.decorator.ts": js(
                "import { SetMetadata } from '@nestjs/common';",
                "export const Public = () => SetMetadata('isPublic', true);",
            ),
        },
        {
            ("GET", "/health", "HealthController.check", False, False),
            ("GET", "/api/v1/cats", "CatsController.findAll", False, True),
            ("GET", "/api/v2/cats/{id}", "CatsController.findOne", True, True),
            ("POST", "/api/v1/cats", "CatsController.create", True, True),
        },
        id="NestJS: global prefix, versions, guards for everything, and what is public",
    ),
    pytest.param(
        {
            "src/main.ts": js(
                "import { NestFactory } from '@nestjs/core';",
                "async function bootstrap() { const app = await NestFactory.create(AppModule); await app.listen(3000); }",
            ),
            "src/orders/orders.controller.ts": js(
                "import { Controller, Get, Post, Delete, UseGuards, All } from '@nestjs/common';",
                "import { ThrottlerGuard, Throttle } from '@nestjs/throttler';",
                "@ApiBearerAuth()",
                "@Controller(['orders', 'purchases'])",
                "export class OrdersController {",
                "  @Get('/recent')",
                "  recent() { return []; }",
                "  @UseGuards(AuthGuard('jwt'), RolesGuard)",
                "  @Roles('admin')",
                "  @Delete(':id')",
                "  remove(@Param('id') id: string) {}",
                "  @UseGuards(ThrottlerGuard)",
                "  @Throttle({ default: { limit: 3, ttl: 60000 } })",
                "  @Post('login')",
                "  login(@Body() dto: LoginDto) {}",
                "}",
            ),
            "src/users/users.controller.ts": js(
                "import { Controller, Get, Patch, UseGuards } from '@nestjs/common';",
                "import { Auth } from '../auth/auth.decorator';",
                "@UseGuards(OptionalJwtGuard)",
                "@Controller('users')",
                "export class UsersController {",
                "  @Get()",
                "  list(@CurrentUser() user: User) { return []; }",
                "  @Auth(Role.Admin)",
                "  @Patch(':id')",
                "  update() {}",
                "}",
            ),
            "src/auth/auth.decorator.ts": js(
                "import { applyDecorators, UseGuards } from '@nestjs/common';",
                "export function Auth(...roles) { return applyDecorators(Roles(roles), UseGuards(JwtAuthGuard, RolesGuard)); }",
            ),
        },
        {
            ("GET", "/orders/recent", "OrdersController.recent", False, False),
            ("GET", "/purchases/recent", "OrdersController.recent", False, False),
            ("DELETE", "/orders/{id}", "OrdersController.remove", True, False),
            ("DELETE", "/purchases/{id}", "OrdersController.remove", True, False),
            ("POST", "/orders/login", "OrdersController.login", False, True),
            ("POST", "/purchases/login", "OrdersController.login", False, True),
            ("GET", "/users", "UsersController.list", False, False),
            ("PATCH", "/users/{id}", "UsersController.update", True, False),
        },
        id="NestJS: guards on classes and methods; a throttler is no login, documentation is none",
    ),
    pytest.param(
        {
            "src/main.ts": js(
                "import { NestFactory } from '@nestjs/core';",
                "const PREFIX = 'v1';",
                "async function bootstrap() {",
                "  const app = await NestFactory.create(AppModule);",
                "  app.setGlobalPrefix(PREFIX);",
                "  app.useGlobalGuards(new RolesGuard(app.get(Reflector)));",
                "}",
            ),
            "src/app.module.ts": js(
                "import { MiddlewareConsumer, Module, NestModule, RequestMethod } from '@nestjs/common';",
                "import { RouterModule } from '@nestjs/core';",
                "const routes: Routes = [{ path: 'admin', module: AdminModule, children: [{ path: 'stats', module: StatsModule }] }];",
                "@Module({ imports: [AdminModule, RouterModule.register(routes)] })",
                "export class AppModule implements NestModule {",
                "  configure(consumer: MiddlewareConsumer) {",
                "    consumer.apply(AuthMiddleware).exclude({ path: 'posts', method: RequestMethod.GET }).forRoutes(PostsController);",
                "    consumer.apply(LoggerMiddleware).forRoutes('*');",
                "  }",
                "}",
            ),
            "src/admin.module.ts": js(
                "import { Module } from '@nestjs/common';",
                "@Module({ controllers: [UsersController] })",
                "export class AdminModule {}",
                "@Module({ controllers: [StatsController] })",
                "export class StatsModule {}",
            ),
            "src/admin.controllers.ts": js(
                "import { Controller, Get } from '@nestjs/common';",
                "@Controller('users')",
                "export class UsersController { @Roles('admin') @Get() list() { return []; } }",
                "@Controller()",
                "export class StatsController { @Get('daily') daily() { return []; } }",
            ),
            "src/posts.controller.ts": js(
                "import { Controller, Get, Post } from '@nestjs/common';",
                "@Controller('posts')",
                "export class PostsController {",
                "  @Get() list() { return []; }",
                "  @Post() create() { return {}; }",
                "}",
            ),
        },
        {
            ("GET", "/v1/admin/users", "UsersController.list", True, False),
            ("GET", "/v1/admin/stats/daily", "StatsController.daily", False, False),
            ("GET", "/v1/posts", "PostsController.list", False, False),
            ("POST", "/v1/posts", "PostsController.create", True, False),
        },
        id="NestJS: modules with paths, middleware for routes, a guard that asks for roles only",
    ),
]

KOA = [
    pytest.param(
        {
            "src/server.js": js(
                "const Koa = require('koa');",
                "const bodyParser = require('koa-bodyparser');",
                "const router = require('./routes');",
                "const app = new Koa();",
                "app.use(bodyParser());",
                "app.use(router.routes()).use(router.allowedMethods());",
                "app.listen(3000);",
            ),
            "src/routes/index.js": js(
                "const Router = require('@koa/router');",
                "const jwt = require('koa-jwt');",
                "const users = require('./users');",
                "const articles = require('./articles');",
                "const router = new Router({ prefix: '/api' });",
                "router.get('/', (ctx) => { ctx.body = 'ok'; });",
                "router.use('/users', users.routes(), users.allowedMethods());",
                "router.use(jwt({ secret: process.env.SECRET }));",
                "router.use(articles.routes());",
                "module.exports = router;",
            ),
            "src/routes/users.js": js(
                "const Router = require('@koa/router');",
                "const ctrl = require('../controllers/users');",
                "const router = new Router();",
                "router.post('/', ctrl.register).get('/:name', ctrl.get);",
                "module.exports = router;",
            ),
            "src/routes/articles.js": js(
                "const Router = require('@koa/router');",
                "const router = new Router();",
                "router.prefix('/articles');",
                "router.get('articles', '/', async (ctx) => { const { tag } = ctx.query; ctx.body = []; });",
                "router.del('/:slug', async (ctx) => { ctx.status = 204; });",
                "module.exports = router;",
            ),
            "src/controllers/users.js": js(
                "module.exports = { async register(ctx) { ctx.body = {}; }, async get(ctx) { ctx.body = {}; } };"
            ),
        },
        {
            ("GET", "/api", "(anonymous)", False, False),
            ("POST", "/api/users", "ctrl.register", False, False),
            ("GET", "/api/users/{name}", "ctrl.get", False, False),
            ("GET", "/api/articles", "(anonymous)", True, False),
            ("DELETE", "/api/articles/{slug}", "(anonymous)", True, False),
        },
        id="Koa: nested routers, prefixes, a login for what comes after it",
    ),
    pytest.param(
        {
            "src/index.ts": js(
                "import Koa from 'koa';",
                "import mount from 'koa-mount';",
                "import ratelimit from 'koa-ratelimit';",
                "import { publicRouter } from './public';",
                "import privateRouter from './private';",
                "const app = new Koa();",
                "app.use(ratelimit({ driver: 'memory', db: new Map(), max: 100 }));",
                "app.use(publicRouter.routes());",
                "app.use(async (ctx, next) => { if (!ctx.session.user) ctx.throw(401); await next(); });",
                "app.use(mount('/account', privateRouter.middleware()));",
            ),
            "src/public.ts": js(
                "import Router from 'koa-router';",
                "export const publicRouter = new Router();",
                "publicRouter.get('/news/:id', show);",
                "async function show(ctx: Context) { ctx.body = {}; }",
            ),
            "src/private.ts": js(
                "import Router from '@koa/router';",
                "const router = new Router();",
                "router.put('/settings', async function save(ctx) { ctx.body = ctx.request.body; });",
                "export default router;",
            ),
        },
        {
            ("GET", "/news/{id}", "show", False, True),
            ("PUT", "/account/settings", "save", True, True),
        },
        id="Koa: koa-mount, a limit for everything, a login written in place",
    ),
    pytest.param(
        {
            "api/routes.js": js(
                "const Router = require('@koa/router');",
                "module.exports = function routes({ store, auth }) {",
                "  const router = new Router({ prefix: '/files' });",
                "  router.get('/:name', auth, async (ctx) => { ctx.body = store.get(ctx.params.name); });",
                "  router.post('/', auth, upload.single('file'), save);",
                "  async function save(ctx) { ctx.status = 201; }",
                "  return router.routes();",
                "};",
            ),
            "api/server.js": js(
                "const Koa = require('koa');",
                "const routes = require('./routes');",
                "const app = new Koa();",
                "app.use(routes({ store, auth }));",
            ),
        },
        {("GET", "/files/{name}", "routes", True, False), ("POST", "/files", "save", True, False)},
        id="Koa: a function that makes a router",
    ),
]

NEXT = [
    pytest.param(
        {
            "package.json": "{}",
            "src/app/api/posts/route.ts": js(
                "import { NextResponse } from 'next/server';",
                "import { getServerSession } from 'next-auth';",
                "export async function GET(request: Request) { return NextResponse.json([]); }",
                "export async function POST(request: Request) {",
                "  const session = await getServerSession(authOptions);",
                "  if (!session) return NextResponse.json({ error: 'Unauthorized' }, { status: 401 });",
                "  return NextResponse.json({});",
                "}",
            ),
            "src/app/(shop)/api/items/[id]/route.ts": js(
                "import { NextRequest } from 'next/server';",
                "const handler = async (req: NextRequest) => new Response('x');",
                "export { handler as GET, handler as DELETE };",
            ),
            "src/app/api/[...all]/route.ts": js(
                "export const PUT = withAuth(async (req) => new Response('x'));"
            ),
            "src/app/page.tsx": js(
                "import Link from 'next/link';", "export default function Page() { return null; }"
            ),
        },
        {
            ("GET", "/api/posts", "GET", False, False),
            ("POST", "/api/posts", "POST", True, False),
            ("GET", "/api/items/{id}", "handler", False, False),
            ("DELETE", "/api/items/{id}", "handler", False, False),
            ("PUT", "/api/{all}", "PUT", True, False),
        },
        id="Next.js: route files of the app folder",
    ),
    pytest.param(
        {
            "pages/api/users/[id].js": js(
                "import { getToken } from 'next-auth/jwt';",
                "export default async function handler(req, res) {",
                "  const token = await getToken({ req });",
                "  if (!token) return res.status(401).end();",
                "  if (req.method === 'GET') return res.json({});",
                "  res.status(405).end();",
                "}",
            ),
            "pages/api/hello.ts": js(
                "import type { NextApiRequest, NextApiResponse } from 'next';",
                "export default (req: NextApiRequest, res: NextApiResponse) => { res.json({ name: 'x' }); };",
            ),
            "pages/api/wrapped.ts": js(
                "import { withSessionRoute } from '../../lib/session';",
                "export default withSessionRoute(loginRoute);",
                "async function loginRoute(req, res) {}",
            ),
        },
        {
            ("*", "/api/users/{id}", "handler", True, False),
            ("*", "/api/hello", "(anonymous)", False, False),
            ("*", "/api/wrapped", "loginRoute", True, False),
        },
        id="Next.js: the pages folder",
    ),
    pytest.param(
        {
            "app/api/items/route.js": js(
                "import { auth } from '@clerk/nextjs/server';",
                "import { NextResponse } from 'next/server';",
                "import { ratelimit } from '@/lib/redis';",
                "export const GET = async (req) => {",
                "  const { userId } = await auth();",
                "  if (!userId) return new NextResponse('Unauthorized', { status: 401 });",
                "  return NextResponse.json([]);",
                "};",
                "export async function POST(req) {",
                "  const { success } = await ratelimit.limit(req.ip);",
                "  if (!success) return new NextResponse('slow down', { status: 429 });",
                "  return NextResponse.json({});",
                "}",
            ),
        },
        {("GET", "/api/items", "GET", True, False), ("POST", "/api/items", "POST", False, True)},
        id="Next.js: handlers as constants, a limit in the handler",
    ),
]

HONO = [
    pytest.param(
        {
            "src/index.ts": js(
                "import { Hono } from 'hono';",
                "import { bearerAuth } from 'hono/bearer-auth';",
                "import { cors } from 'hono/cors';",
                "import books from './books';",
                "import { authors } from './authors';",
                "const app = new Hono<Env>().basePath('/api');",
                "app.use('*', cors());",
                "app.get('/', (c) => c.text('Hello'));",
                "app.use('/books/*', bearerAuth({ token: process.env.TOKEN! }));",
                "app.route('/books', books);",
                "app.route('/authors', authors);",
                "app.on(['PUT', 'PATCH'], '/settings', (c) => c.json({}));",
                "export default app;",
            ),
            "src/books.ts": js(
                "import { Hono } from 'hono';",
                "import { zValidator } from '@hono/zod-validator';",
                "const app = new Hono()",
                "  .get('/', (c) => c.json(c.req.query('page')))",
                "  .post('/', zValidator('json', schema), async (c) => c.json({}, 201))",
                "  .get('/:id', show);",
                "async function show(c) { return c.json(c.req.param('id')); }",
                "export default app;",
            ),
            "src/authors.ts": js(
                "import { Hono } from 'hono';",
                "import { rateLimiter } from 'hono-rate-limiter';",
                "export const authors = new Hono();",
                "authors.use(rateLimiter({ windowMs: 1000, limit: 10 }));",
                "authors.get('/:name{[a-z]+}', (c) => c.json({}));",
            ),
        },
        {
            ("GET", "/api", "(anonymous)", False, False),
            ("GET", "/api/books", "(anonymous)", True, False),
            ("POST", "/api/books", "(anonymous)", True, False),
            ("GET", "/api/books/{id}", "show", True, False),
            ("GET", "/api/authors/{name}", "(anonymous)", False, True),
            ("PUT", "/api/settings", "(anonymous)", False, False),
            ("PATCH", "/api/settings", "(anonymous)", False, False),
        },
        id="Hono: base path, chained routes, mounted apps",
    ),
    pytest.param(
        {
            "src/app.ts": js(
                "import { OpenAPIHono, createRoute } from '@hono/zod-openapi';",
                "import { linkRoutes } from './links';",
                "const app = new OpenAPIHono();",
                "const listRoute = createRoute({ method: 'get', path: '/users/{id}', responses: {} });",
                "app.openapi(listRoute, (c) => c.json({}));",
                "app.route('/', linkRoutes(prisma));",
            ),
            "src/links.ts": js(
                "import { Hono } from 'hono';",
                "import { createMiddleware } from 'hono/factory';",
                "const admin = createMiddleware(async (c, next) => { if (!c.get('user')) return c.json({}, 401); await next(); });",
                "export function linkRoutes(prisma: PrismaClient): Hono {",
                "  const routes = new Hono();",
                "  routes.get('/:slug', async (c) => c.redirect('/'));",
                "  routes.delete('/:slug', admin, async (c) => c.body(null, 204));",
                "  return routes;",
                "}",
            ),
        },
        {
            ("GET", "/users/{id}", "(anonymous)", False, False),
            ("GET", "/{slug}", "linkRoutes", False, False),
            ("DELETE", "/{slug}", "linkRoutes", True, False),
        },
        id="Hono: OpenAPI routes, a function that makes an app, middleware made by a factory",
    ),
    pytest.param(
        {
            "src/server.ts": js(
                "import { Hono } from 'hono';",
                "import { jwt } from 'hono/jwt';",
                "const app = new Hono();",
                "const api = new Hono();",
                "const v1 = app.basePath('/v1');",
                "api.use('/me/*', jwt({ secret: 's' }));",
                "api.get('/me/orders', (c) => c.json([]));",
                "api.get('/ping', (c) => c.text('pong'));",
                "v1.route('/shop', api);",
                "v1.all('/echo', (c) => c.text('x'));",
            ),
        },
        {
            ("GET", "/v1/shop/me/orders", "(anonymous)", True, False),
            ("GET", "/v1/shop/ping", "(anonymous)", False, False),
            ("*", "/v1/echo", "(anonymous)", False, False),
        },
        id="Hono: a base path kept in a variable, middleware for a part",
    ),
]

MORE = [
    pytest.param(
        {
            "start/routes.ts": js(
                "import router from '@adonisjs/core/services/router';",
                "import { middleware } from '#start/kernel';",
                "const PostsController = () => import('#controllers/posts_controller');",
                "router.get('/', async () => ({ hello: 'world' }));",
                "router.group(() => {",
                "  router.get('posts', [PostsController, 'index']);",
                "  router.resource('comments', CommentsController).apiOnly();",
                "}).prefix('/api').use(middleware.auth());",
            ),
            "app/controllers/posts_controller.ts": js(
                "export default class PostsController { async index({ request }) { return []; } }"
            ),
        },
        {
            ("GET", "/", "(anonymous)", False, False),
            ("GET", "/api/posts", "PostsController.index", True, False),
            ("GET", "/api/comments", "CommentsController.index", True, False),
            ("POST", "/api/comments", "CommentsController.store", True, False),
            ("GET", "/api/comments/{id}", "CommentsController.show", True, False),
            ("PUT", "/api/comments/{id}", "CommentsController.update", True, False),
            ("PATCH", "/api/comments/{id}", "CommentsController.update", True, False),
            ("DELETE", "/api/comments/{id}", "CommentsController.destroy", True, False),
        },
        id="AdonisJS: a group with what is said behind it, a resource",
    ),
    pytest.param(
        {
            "src/index.ts": js(
                "import { Elysia } from 'elysia';",
                "import { users } from './users';",
                "const app = new Elysia({ prefix: '/api' })",
                "  .get('/', () => 'hi')",
                "  .use(users)",
                "  .group('/admin', (app) => app.get('/stats', () => []))",
                "  .listen(3000);",
            ),
            "src/users.ts": js(
                "import { Elysia } from 'elysia';",
                "export const users = new Elysia({ prefix: '/users' }).post('/', ({ body }) => body).get('/:id', ({ params }) => params.id);",
            ),
        },
        {
            ("GET", "/api", "(anonymous)", False, False),
            ("POST", "/api/users", "(anonymous)", False, False),
            ("GET", "/api/users/{id}", "(anonymous)", False, False),
            ("GET", "/api/admin/stats", "(anonymous)", False, False),
        },
        id="Elysia: prefixes, plugins, groups",
    ),
    pytest.param(
        {
            "server/api/products/index.get.ts": js(
                "export default defineEventHandler(async (event) => { const { page } = getQuery(event); return []; });"
            ),
            "server/api/products/[id].delete.ts": js(
                "export default defineEventHandler(async (event) => { await requireUserSession(event); return {}; });"
            ),
            "server/routes/feed.xml.ts": js("export default defineEventHandler(() => '<x/>');"),
            "nuxt.config.ts": js("import { x } from 'nuxt/config';"),
        },
        {
            ("GET", "/api/products", "(anonymous)", False, False),
            ("DELETE", "/api/products/{id}", "(anonymous)", True, False),
            ("*", "/feed.xml", "(anonymous)", False, False),
        },
        id="Nuxt: server files with the method in the name",
    ),
    pytest.param(
        {
            "src/routes/api/todos/[id]/+server.ts": js(
                "import { json, error } from '@sveltejs/kit';",
                "export const GET = async ({ params }) => json({});",
                "export async function DELETE({ params, locals }) { if (!locals.user) throw error(401); return json({}); }",
            ),
        },
        {
            ("GET", "/api/todos/{id}", "GET", False, False),
            ("DELETE", "/api/todos/{id}", "DELETE", True, False),
        },
        id="SvelteKit: server files",
    ),
]


@pytest.mark.parametrize(
    ("files", "expected"), [*EXPRESS, *FASTIFY, *NEST, *KOA, *NEXT, *HONO, *MORE]
)
def test_endpoints(files, expected):
    found = {(e.method, e.path, e.handler, e.auth, e.limited) for e in model_of(files).endpoints}
    assert expected == found
