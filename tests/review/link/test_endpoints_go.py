"""Endpoints of Go projects, one small project a row, as people write them."""

import pytest
from tests.review.cases import model_of

Row = tuple[str, str, str, bool, bool]


NETHTTP_PATTERNS = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "main.go": """
package main

import (
	"log"
	"net/http"

	"example.com/shop/orders"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(200) })
	h := orders.NewHandler()
	h.Register(mux)
	mux.Handle("GET /files/", http.StripPrefix("/files/", http.FileServer(http.Dir("./files"))))
	log.Fatal(http.ListenAndServe(":8080", logging(mux)))
}

func logging(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.Println(r.URL.Path)
		next.ServeHTTP(w, r)
	})
}
""",
    "orders/handler.go": """
package orders

import "net/http"

type Handler struct{}

func NewHandler() *Handler { return &Handler{} }

func (h *Handler) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /orders", h.list)
	mux.HandleFunc("GET /orders/{id}", h.show)
	mux.Handle("POST /orders", requireLogin(http.HandlerFunc(h.create)))
	mux.HandleFunc("/{$}", h.home)
	mux.HandleFunc("DELETE example.com/orders/{id}", h.remove)
}

func requireLogin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			http.Error(w, "login", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request)   {}
func (h *Handler) show(w http.ResponseWriter, r *http.Request)   {}
func (h *Handler) create(w http.ResponseWriter, r *http.Request) {}
func (h *Handler) home(w http.ResponseWriter, r *http.Request)   {}
func (h *Handler) remove(w http.ResponseWriter, r *http.Request) {}
""",
}

NETHTTP_MAKERS = {
    "go.mod": "module example.com/books\n",
    "internal/server/server.go": """
package server

import "net/http"

func NewServer(logger *Logger, books BookStore, authenticator *Authenticator) http.Handler {
	mux := http.NewServeMux()
	addRoutes(mux, logger, books, authenticator)
	var handler http.Handler = mux
	handler = recoverPanics(handler)
	handler = rateLimit(handler)
	return handler
}

func recoverPanics(next http.Handler) http.Handler { return next }
func rateLimit(next http.Handler) http.Handler { return next }
""",
    "internal/server/routes.go": """
package server

import "net/http"

const apiBase = "/api/v1"

func addRoutes(mux *http.ServeMux, logger *Logger, books BookStore, authenticator *Authenticator) {
	adminOnly := newAdminOnly(authenticator)
	mux.Handle(apiBase+"/books", handleBooks(logger, books))
	mux.Handle("POST /api/v1/login", handleLogin(logger, authenticator))
	mux.HandleFunc("/healthz", handleHealthz(logger))
	mux.Handle("/admin", adminOnly(handleAdminIndex()))
	mux.Handle("/", http.NotFoundHandler())
}

func newAdminOnly(a *Authenticator) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !currentUser(r).IsAdmin {
				http.NotFound(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}
""",
    "internal/server/handlers.go": """
package server

import "net/http"

func handleBooks(logger *Logger, books BookStore) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { books.All(r.Context()) })
}

func handleLogin(logger *Logger, authenticator *Authenticator) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
}

func handleHealthz(logger *Logger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {}
}

func handleAdminIndex() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {})
}
""",
}

NETHTTP_NESTED = {
    "go.mod": "module example.com/nested\n",
    "cmd/api/main.go": """
package main

import (
	"net/http"
	"time"

	"example.com/nested/internal/web"
)

type application struct{ sessions *Sessions }

func (app *application) routes() http.Handler {
	public := http.NewServeMux()
	public.HandleFunc("GET /items", web.ListItems)

	private := http.NewServeMux()
	private.HandleFunc("POST /items", web.CreateItem)
	private.Handle("GET /report", &web.Report{})

	root := http.NewServeMux()
	root.Handle("/api/", http.StripPrefix("/api", public))
	root.Handle("/my/", http.StripPrefix("/my", app.requireSession(private)))
	root.HandleFunc("/status", web.Status)
	return root
}

func (app *application) requireSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if app.sessions.Get(r) == nil {
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func main() {
	app := &application{}
	srv := &http.Server{Addr: ":8080", Handler: app.routes(), ReadTimeout: time.Second}
	srv.ListenAndServe()
}
""",
    "internal/web/items.go": """
package web

import "net/http"

func ListItems(w http.ResponseWriter, r *http.Request)  {}
func CreateItem(w http.ResponseWriter, r *http.Request) {}

func Status(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		w.Write([]byte("ok"))
	case http.MethodPut:
		w.Write([]byte("set"))
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

type Report struct{}

func (p *Report) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
""",
}

NETHTTP_TABLE = {
    "main.go": """
package main

import "net/http"

type route struct {
	method  string
	path    string
	handler http.HandlerFunc
}

var routes = []route{
	{"GET", "/users", listUsers},
	{"POST", "/users", createUser},
}

var more = []struct {
	Pattern string
	Handler http.HandlerFunc
}{
	{Pattern: "GET /teams", Handler: listTeams},
	{Pattern: "GET /teams/{id}", Handler: showTeam},
}

func main() {
	for _, rt := range routes {
		http.HandleFunc(rt.method+" "+rt.path, rt.handler)
	}
	for _, m := range more {
		http.HandleFunc(m.Pattern, m.Handler)
	}
	http.HandleFunc("/old", old)
	http.ListenAndServe(":80", nil)
}

func listUsers(w http.ResponseWriter, r *http.Request)  {}
func createUser(w http.ResponseWriter, r *http.Request) {}
func listTeams(w http.ResponseWriter, r *http.Request)  {}
func showTeam(w http.ResponseWriter, r *http.Request)   {}
func old(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "no", http.StatusMethodNotAllowed)
		return
	}
}
""",
}

NETHTTP_ALICE = {
    "cmd/web/routes.go": """
package main

import (
	"net/http"

	"github.com/justinas/alice"
)

type application struct{}

func (app *application) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ping", ping)
	dynamic := alice.New(app.sessionManager.LoadAndSave, noSurf, app.authenticate)
	mux.Handle("GET /{$}", dynamic.ThenFunc(app.home))
	mux.Handle("GET /snippet/view/{id}", dynamic.ThenFunc(app.snippetView))
	protected := dynamic.Append(app.requireAuthentication)
	mux.Handle("POST /snippet/create", protected.ThenFunc(app.snippetCreatePost))
	standard := alice.New(app.recoverPanic, app.logRequest, commonHeaders)
	return standard.Then(mux)
}

func ping(w http.ResponseWriter, r *http.Request)                                   {}
func (app *application) home(w http.ResponseWriter, r *http.Request)              {}
func (app *application) snippetView(w http.ResponseWriter, r *http.Request)       {}
func (app *application) snippetCreatePost(w http.ResponseWriter, r *http.Request) {}
""",
    "cmd/web/middleware.go": """
package main

import "net/http"

func (app *application) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := app.sessionManager.GetInt(r.Context(), "authenticatedUserID")
		if id != 0 {
			r = r.WithContext(withID(r.Context(), id))
		}
		next.ServeHTTP(w, r)
	})
}

func (app *application) requireAuthentication(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !app.isAuthenticated(r) {
			http.Redirect(w, r, "/user/login", http.StatusSeeOther)
			return
		}
		next.ServeHTTP(w, r)
	})
}
""",
}

GIN_GROUPS = {
    "go.mod": "module shop\n",
    "main.go": """
package main

import (
	"github.com/gin-gonic/gin"

	"shop/internal/auth"
	"shop/internal/order"
)

func main() {
	r := gin.Default()
	r.GET("/ping", func(c *gin.Context) { c.JSON(200, gin.H{"message": "pong"}) })
	api := r.Group("/api")
	{
		api.POST("/login", auth.Login)
		orders := api.Group("/orders")
		orders.Use(auth.JWT())
		{
			orders.GET("", order.List)
			orders.GET("/:id", order.Get)
			orders.DELETE("/:id", auth.RequireRole("admin"), order.Delete)
		}
	}
	r.Any("/echo/*rest", order.Echo)
	r.Run()
}
""",
    "internal/auth/auth.go": """
package auth

import "github.com/gin-gonic/gin"

func Login(c *gin.Context) {}

func JWT() gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.GetHeader("Authorization") == "" {
			c.AbortWithStatus(401)
			return
		}
		c.Next()
	}
}

func RequireRole(role string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.GetString("role") != role {
			c.AbortWithStatus(403)
		}
	}
}
""",
    "internal/order/order.go": """
package order

import "github.com/gin-gonic/gin"

func List(c *gin.Context)   {}
func Get(c *gin.Context)    {}
func Delete(c *gin.Context) {}
func Echo(c *gin.Context)   {}
""",
}

GIN_CONTROLLERS = {
    "go.mod": "module github.com/acme/crm\n",
    "cmd/main.go": """
package main

import "github.com/acme/crm/internal/server"

func main() {
	s := server.New()
	s.Run()
}
""",
    "internal/server/server.go": """
package server

import (
	"github.com/gin-gonic/gin"

	"github.com/acme/crm/internal/controllers"
	"github.com/acme/crm/internal/middleware"
)

const prefix = "/api/v1"

type Server struct {
	engine *gin.Engine
	users  *controllers.UserController
}

func New() *Server {
	s := &Server{engine: gin.New(), users: controllers.NewUserController()}
	s.routes()
	return s
}

func (s *Server) Run() { s.engine.Run(":8080") }

func (s *Server) routes() {
	s.engine.Use(gin.Recovery(), middleware.RateLimit(100))
	v1 := s.engine.Group(prefix)
	s.users.RegisterRoutes(v1)
	RegisterTeams(v1.Group("/teams", middleware.Auth()))
	s.engine.Handle("GET", "/metrics", gin.WrapH(promhttp.Handler()))
}

func RegisterTeams(rg *gin.RouterGroup) {
	rg.GET("/", controllers.ListTeams)
	rg.PATCH("/:team_id/members/:member_id", controllers.PatchMember)
}
""",
    "internal/controllers/users.go": """
package controllers

import (
	"github.com/gin-gonic/gin"

	"github.com/acme/crm/internal/middleware"
)

type UserController struct{}

func NewUserController() *UserController { return &UserController{} }

func (uc *UserController) RegisterRoutes(rg *gin.RouterGroup) {
	users := rg.Group("/users")
	users.POST("", uc.Create)
	me := users.Group("/me").Use(middleware.Auth())
	me.GET("", uc.Me)
	me.PUT("/password", uc.ChangePassword)
}

func (uc *UserController) Create(c *gin.Context)         {}
func (uc *UserController) Me(c *gin.Context)             {}
func (uc *UserController) ChangePassword(c *gin.Context) {}

func ListTeams(c *gin.Context)   {}
func PatchMember(c *gin.Context) {}
""",
    "internal/middleware/middleware.go": """
package middleware

import "github.com/gin-gonic/gin"

func Auth() gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Request.Header.Get("X-Token") == "" {
			c.AbortWithStatusJSON(401, gin.H{"error": "login"})
		}
	}
}

func RateLimit(n int) gin.HandlerFunc { return func(c *gin.Context) { c.Next() } }
""",
}

GIN_MODULES = {
    "go.mod": "module github.com/acme/mods\n",
    "app/app.go": """
package app

import (
	"github.com/gin-gonic/gin"

	"github.com/acme/mods/blog"
	"github.com/acme/mods/shop"
)

type Module interface {
	Register(r gin.IRouter)
}

func Build() *gin.Engine {
	r := gin.New()
	setupMiddleware(r)
	modules := []Module{&blog.Blog{}, &shop.Shop{}}
	v1 := r.Group("/v1")
	for _, m := range modules {
		m.Register(v1)
	}
	return r
}

func setupMiddleware(r *gin.Engine) {
	r.Use(gin.Logger())
	r.Use(requireAPIKey())
}

func requireAPIKey() gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Query("key") == "" {
			c.AbortWithStatus(401)
		}
	}
}
""",
    "blog/blog.go": """
package blog

import "github.com/gin-gonic/gin"

type Blog struct{}

func (b *Blog) Register(r gin.IRouter) {
	r.GET("/posts", b.Index)
	r.POST("/posts/:slug/comments", b.Comment)
}

func (b *Blog) Index(c *gin.Context)   {}
func (b *Blog) Comment(c *gin.Context) {}
""",
    "shop/shop.go": """
package shop

import "github.com/gin-gonic/gin"

type Shop struct{}

func (s *Shop) Register(r gin.IRouter) {
	r.GET("/products", s.Products)
}

func (s *Shop) Products(c *gin.Context) {}
""",
}

GIN_OPTIONAL = {
    "main.go": """
package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

func main() {
	r := gin.New()
	r.Use(WithUser())
	r.GET("/articles", listArticles)
	r.POST("/articles", RequireUser, createArticle)
	authorized := r.Group("/admin", gin.BasicAuth(gin.Accounts{"foo": "bar"}))
	authorized.GET("/stats", stats)
	r.Run()
}

func WithUser() gin.HandlerFunc {
	return func(c *gin.Context) {
		if token := c.GetHeader("Authorization"); token != "" {
			c.Set("user", parse(token))
		}
		c.Next()
	}
}

func RequireUser(c *gin.Context) {
	if _, ok := c.Get("user"); !ok {
		c.AbortWithStatus(http.StatusUnauthorized)
	}
}

func listArticles(c *gin.Context)  {}
func createArticle(c *gin.Context) {}
func stats(c *gin.Context)         {}
""",
}

ECHO_GROUPS = {
    "server.go": """
package main

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	echojwt "github.com/labstack/echo-jwt/v4"
)

func main() {
	e := echo.New()
	e.Use(middleware.Logger())
	e.Use(middleware.Recover())
	e.POST("/login", login)
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "hi") })
	r := e.Group("/restricted")
	r.Use(echojwt.WithConfig(echojwt.Config{SigningKey: []byte("secret")}))
	r.GET("", restricted)
	r.GET("/users/:id", getUser)
	e.GET("/files/*", files)
	e.Logger.Fatal(e.Start(":1323"))
}

func login(c echo.Context) error      { return nil }
func restricted(c echo.Context) error { return nil }
func getUser(c echo.Context) error    { return nil }
func files(c echo.Context) error      { return nil }
""",
}

ECHO_HANDLERS = {
    "go.mod": "module github.com/acme/echoapp\n",
    "main.go": """
package main

import (
	"github.com/labstack/echo/v4"

	"github.com/acme/echoapp/handler"
	"github.com/acme/echoapp/router"
)

func main() {
	r := router.New()
	h := handler.NewHandler()
	h.Register(r.Group("/api"))
	r.Logger.Fatal(r.Start(":8585"))
}
""",
    "router/router.go": """
package router

import (
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

func New() *echo.Echo {
	e := echo.New()
	e.Pre(middleware.RemoveTrailingSlash())
	e.Use(middleware.RateLimiter(middleware.NewRateLimiterMemoryStore(20)))
	return e
}
""",
    "handler/routes.go": """
package handler

import (
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

func (h *Handler) Register(v1 *echo.Group) {
	jwtMiddleware := middleware.JWT([]byte("x"))
	guest := v1.Group("/users")
	guest.POST("", h.SignUp)
	user := v1.Group("/user", jwtMiddleware)
	user.GET("", h.CurrentUser)
	tags := v1.Group("/tags")
	tags.GET("", h.Tags)
	v1.DELETE("/articles/:slug", h.DeleteArticle, jwtMiddleware)
	v1.Add("PUT", "/articles/:slug", h.UpdateArticle, jwtMiddleware)
	v1.Match([]string{"GET", "HEAD"}, "/probe", h.Probe)
}
""",
    "handler/handler.go": """
package handler

import "github.com/labstack/echo/v4"

type Handler struct{}

func NewHandler() *Handler { return &Handler{} }

func (h *Handler) SignUp(c echo.Context) error        { return nil }
func (h *Handler) CurrentUser(c echo.Context) error   { return nil }
func (h *Handler) Tags(c echo.Context) error          { return nil }
func (h *Handler) DeleteArticle(c echo.Context) error { return nil }
func (h *Handler) UpdateArticle(c echo.Context) error { return nil }
func (h *Handler) Probe(c echo.Context) error         { return nil }
""",
}

ECHO_FX = {
    "go.mod": "module acme/fxapp\n",
    "cmd/main.go": """
package main

import (
	"go.uber.org/fx"

	"acme/fxapp/internal/orders"
	"acme/fxapp/internal/web"
)

func main() {
	fx.New(fx.Provide(web.NewEcho, orders.NewController), fx.Invoke(web.RegisterRoutes)).Run()
}
""",
    "internal/web/web.go": """
package web

import (
	"github.com/labstack/echo/v4"

	"acme/fxapp/internal/orders"
)

func NewEcho() *echo.Echo { return echo.New() }

func RegisterRoutes(e *echo.Echo, ctrl *orders.Controller) {
	g := e.Group("/orders", sessionAuth)
	g.GET("", ctrl.Index)
	g.GET("/:id", ctrl.Show).Name = "order"
	e.GET("/livez", func(c echo.Context) error { return c.NoContent(204) })
}

func sessionAuth(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Get("session") == nil {
			return echo.ErrUnauthorized
		}
		return next(c)
	}
}
""",
    "internal/orders/orders.go": """
package orders

import "github.com/labstack/echo/v4"

type Controller struct{}

func NewController() *Controller { return &Controller{} }

func (c *Controller) Index(ctx echo.Context) error { return nil }
func (c *Controller) Show(ctx echo.Context) error  { return nil }
""",
}

CHI_NESTED = {
    "main.go": """
package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func main() {
	r := chi.NewRouter()
	r.Use(middleware.RequestID)
	r.Use(middleware.Logger)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("root.")) })
	r.Route("/articles", func(r chi.Router) {
		r.With(paginate).Get("/", ListArticles)
		r.Post("/", CreateArticle)
		r.Route("/{articleID}", func(r chi.Router) {
			r.Use(ArticleCtx)
			r.Get("/", GetArticle)
			r.Delete("/", DeleteArticle)
		})
		r.With(ArticleCtx).Get("/{slug:[a-z-]+}", GetArticle)
	})
	r.Mount("/admin", adminRouter())
	http.ListenAndServe(":3333", r)
}

func adminRouter() chi.Router {
	r := chi.NewRouter()
	r.Use(AdminOnly)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {})
	r.Get("/accounts", listAccounts)
	return r
}

func AdminOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAdmin(r) {
			http.Error(w, http.StatusText(403), 403)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func paginate(next http.Handler) http.Handler   { return next }
func ArticleCtx(next http.Handler) http.Handler { return next }
func ListArticles(w http.ResponseWriter, r *http.Request)  {}
func CreateArticle(w http.ResponseWriter, r *http.Request) {}
func GetArticle(w http.ResponseWriter, r *http.Request)    {}
func DeleteArticle(w http.ResponseWriter, r *http.Request) {}
func listAccounts(w http.ResponseWriter, r *http.Request)  {}
""",
}

CHI_JWT = {
    "go.mod": "module github.com/acme/api\n",
    "internal/http/router.go": """
package http

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/httprate"
	"github.com/go-chi/jwtauth/v5"

	"github.com/acme/api/internal/todo"
)

var tokenAuth *jwtauth.JWTAuth

type API struct {
	todos *todo.Resource
	http.Handler
}

func NewAPI(todos *todo.Resource) *API {
	api := &API{todos: todos}
	r := chi.NewRouter()
	r.Group(func(r chi.Router) {
		r.Use(jwtauth.Verifier(tokenAuth))
		r.Use(jwtauth.Authenticator)
		r.Mount("/todos", api.todos.Routes())
		r.Get("/me", api.me)
	})
	r.Group(func(r chi.Router) {
		r.Get("/welcome", api.welcome)
		r.With(httprate.LimitByIP(10, time.Minute)).Post("/login", api.login)
	})
	r.Method(http.MethodGet, "/version", http.HandlerFunc(api.version))
	api.Handler = r
	return api
}

func (a *API) me(w http.ResponseWriter, r *http.Request)      {}
func (a *API) welcome(w http.ResponseWriter, r *http.Request) {}
func (a *API) login(w http.ResponseWriter, r *http.Request)   {}
func (a *API) version(w http.ResponseWriter, r *http.Request) {}
""",
    "internal/todo/todo.go": """
package todo

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

type Resource struct{}

func (rs Resource) Routes() chi.Router {
	r := chi.NewRouter()
	r.Get("/", rs.List)
	r.Route("/{id}", func(r chi.Router) {
		r.Get("/", rs.Get)
		r.Put("/", rs.Update)
	})
	return r
}

func (rs Resource) List(w http.ResponseWriter, r *http.Request)   {}
func (rs Resource) Get(w http.ResponseWriter, r *http.Request)    {}
func (rs Resource) Update(w http.ResponseWriter, r *http.Request) {}
""",
}

CHI_SERVER = {
    "go.mod": "module github.com/acme/inv\n",
    "server/server.go": """
package server

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

type Server struct {
	router chi.Router
	guard  *Guard
}

func New() *Server {
	s := &Server{router: chi.NewRouter(), guard: NewGuard()}
	s.middleware()
	s.routes()
	return s
}

func (s *Server) routes() {
	s.router.Route("/invoices", s.invoiceRoutes)
	s.router.Handle("/metrics", metricsHandler())
	s.router.HandleFunc("/ws", s.websocket)
}

func (s *Server) invoiceRoutes(r chi.Router) {
	r.Get("/", s.listInvoices)
	r.Post("/{invoiceID}/pay", s.withErrors(s.payInvoice))
}

func (s *Server) middleware() {
	s.router.Use(s.guard.RequireUser)
}

func (s *Server) withErrors(h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			http.Error(w, err.Error(), 500)
		}
	}
}

func (s *Server) listInvoices(w http.ResponseWriter, r *http.Request)     {}
func (s *Server) payInvoice(w http.ResponseWriter, r *http.Request) error { return nil }
func (s *Server) websocket(w http.ResponseWriter, r *http.Request)        {}

func metricsHandler() http.Handler { return nil }

type Guard struct{}

func NewGuard() *Guard { return &Guard{} }

func (g *Guard) RequireUser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}
""",
}

FIBER_GROUPS = {
    "main.go": """
package main

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/limiter"
	"github.com/gofiber/fiber/v2/middleware/logger"
	jwtware "github.com/gofiber/contrib/jwt"
)

func main() {
	app := fiber.New(fiber.Config{AppName: "shop"})
	app.Use(logger.New())
	app.Get("/", func(c *fiber.Ctx) error { return c.SendString("hi") })
	app.Post("/login", limiter.New(limiter.Config{Max: 5}), login)
	api := app.Group("/api")
	v1 := api.Group("/v1", jwtware.New(jwtware.Config{}))
	v1.Get("/users/:id?", getUser)
	v1.Get("/flights/:from-:to", flights)
	v1.Get("/orders/:id<int>", getOrder)
	app.All("/any", anything)
	app.Add("PUT", "/thing", anything)
	app.Listen(":3000")
}

func login(c *fiber.Ctx) error    { return nil }
func getUser(c *fiber.Ctx) error  { return nil }
func flights(c *fiber.Ctx) error  { return nil }
func getOrder(c *fiber.Ctx) error { return nil }
func anything(c *fiber.Ctx) error { return nil }
""",
}

FIBER_ROUTER = {
    "go.mod": "module app\n",
    "main.go": """
package main

import (
	"github.com/gofiber/fiber/v2"

	"app/router"
)

func main() {
	app := fiber.New()
	router.SetupRoutes(app)
	app.Listen(":3000")
}
""",
    "router/router.go": """
package router

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/logger"

	"app/handler"
	"app/middleware"
)

func SetupRoutes(app *fiber.App) {
	api := app.Group("/api", logger.New())
	api.Get("/", handler.Hello)

	auth := api.Group("/auth")
	auth.Post("/login", handler.Login)

	user := api.Group("/user")
	user.Get("/:id", handler.GetUser)
	user.Post("/", handler.CreateUser)
	user.Patch("/:id", middleware.Protected(), handler.UpdateUser)
	user.Delete("/:id", middleware.Protected(), handler.DeleteUser)
}
""",
    "middleware/auth.go": """
package middleware

import (
	"github.com/gofiber/fiber/v2"
	jwtware "github.com/gofiber/jwt/v2"
)

func Protected() fiber.Handler {
	return jwtware.New(jwtware.Config{SigningKey: []byte("s"), ErrorHandler: jwtError})
}

func jwtError(c *fiber.Ctx, err error) error {
	return c.Status(fiber.StatusUnauthorized).JSON(fiber.Map{"status": "error"})
}
""",
    "handler/handlers.go": """
package handler

import "github.com/gofiber/fiber/v2"

func Hello(c *fiber.Ctx) error      { return nil }
func Login(c *fiber.Ctx) error      { return nil }
func GetUser(c *fiber.Ctx) error    { return nil }
func CreateUser(c *fiber.Ctx) error { return nil }
func UpdateUser(c *fiber.Ctx) error { return nil }
func DeleteUser(c *fiber.Ctx) error { return nil }
""",
}

FIBER_MOUNT = {
    "main.go": """
package main

import "github.com/gofiber/fiber/v2"

func main() {
	micro := fiber.New()
	micro.Get("/doe", doe)

	app := fiber.New()
	app.Mount("/john", micro)
	app.Route("/test", func(api fiber.Router) {
		api.Get("/foo", foo).Name("foo")
		api.Post("/bar", bar)
	}, "test.")
	app.Use("/private", requireToken)
	app.Get("/private/data", foo)
	app.Listen(":80")
}

func requireToken(c *fiber.Ctx) error {
	if c.Get("Authorization") == "" {
		return fiber.ErrUnauthorized
	}
	return c.Next()
}

func doe(c *fiber.Ctx) error { return nil }
func foo(c *fiber.Ctx) error { return nil }
func bar(c *fiber.Ctx) error { return nil }
""",
}

MUX_SUBROUTERS = {
    "main.go": """
package main

import (
	"net/http"

	"github.com/gorilla/mux"
)

func main() {
	r := mux.NewRouter()
	r.HandleFunc("/", home)
	r.HandleFunc("/articles/{category}/{id:[0-9]+}", article).Methods(http.MethodGet, http.MethodHead)
	api := r.PathPrefix("/api/v1").Subrouter()
	api.Use(authMiddleware)
	api.HandleFunc("/users", listUsers).Methods("GET").Queries("page", "{page}")
	api.Handle("/users", http.HandlerFunc(createUser)).Methods("POST")
	r.PathPrefix("/static/").Handler(http.StripPrefix("/static/", http.FileServer(http.Dir("static"))))
	r.Path("/search").Methods("GET").HandlerFunc(search)
	http.ListenAndServe(":8000", r)
}

func authMiddleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Session-Token") == "" {
			http.Error(w, "Forbidden", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func home(w http.ResponseWriter, r *http.Request)       {}
func article(w http.ResponseWriter, r *http.Request)    {}
func listUsers(w http.ResponseWriter, r *http.Request)  {}
func createUser(w http.ResponseWriter, r *http.Request) {}
func search(w http.ResponseWriter, r *http.Request)     {}
""",
}

MUX_METHODS = {
    "go.mod": "module github.com/acme/products\n",
    "main.go": """
package main

import (
	"net/http"

	"github.com/gorilla/handlers"
	"github.com/gorilla/mux"

	"github.com/acme/products/handlers"
)

func main() {
	ph := products.New()
	sm := mux.NewRouter()

	getR := sm.Methods(http.MethodGet).Subrouter()
	getR.HandleFunc("/products", ph.ListAll)
	getR.HandleFunc("/products/{id:[0-9]+}", ph.ListSingle)

	putR := sm.Methods(http.MethodPut).Subrouter()
	putR.HandleFunc("/products", ph.Update)
	putR.Use(ph.MiddlewareValidateProduct)

	s := http.Server{Addr: ":9090", Handler: handlers.CORS()(sm)}
	s.ListenAndServe()
}
""",
    "handlers/products.go": """
package products

import "net/http"

type Products struct{}

func New() *Products { return &Products{} }

func (p *Products) ListAll(w http.ResponseWriter, r *http.Request)    {}
func (p *Products) ListSingle(w http.ResponseWriter, r *http.Request) {}
func (p *Products) Update(w http.ResponseWriter, r *http.Request)     {}

func (p *Products) MiddlewareValidateProduct(next http.Handler) http.Handler { return next }
""",
}

MUX_TABLE = {
    "routers.go": """
package swagger

import (
	"net/http"

	"github.com/gorilla/mux"
)

type Route struct {
	Name        string
	Method      string
	Pattern     string
	HandlerFunc http.HandlerFunc
}

type Routes []Route

func NewRouter() *mux.Router {
	router := mux.NewRouter().StrictSlash(true)
	for _, route := range routes {
		var handler http.Handler
		handler = route.HandlerFunc
		handler = Logger(handler, route.Name)

		router.
			Methods(route.Method).
			Path(route.Pattern).
			Name(route.Name).
			Handler(handler)
	}
	return router
}

var routes = Routes{
	Route{"Index", "GET", "/v2/", Index},
	Route{"AddPet", strings.ToUpper("Post"), "/v2/pet", AddPet},
	Route{
		"GetPetById",
		"GET",
		"/v2/pet/{petId}",
		GetPetById,
	},
}

func Logger(inner http.Handler, name string) http.Handler { return inner }
func Index(w http.ResponseWriter, r *http.Request)         {}
func AddPet(w http.ResponseWriter, r *http.Request)        {}
func GetPetById(w http.ResponseWriter, r *http.Request)    {}
""",
}

HTTPROUTER_PLAIN = {
    "main.go": """
package main

import (
	"net/http"

	"github.com/julienschmidt/httprouter"
)

func main() {
	router := httprouter.New()
	router.GET("/", Index)
	router.GET("/hello/:name", Hello)
	router.POST("/protected", BasicAuth(Protected, "user", "pass"))
	router.ServeFiles("/src/*filepath", http.Dir("/var/www"))
	router.HandlerFunc(http.MethodDelete, "/things/:id", remove)
	router.Handler("GET", "/debug/vars", expvar.Handler())
	http.ListenAndServe(":8080", router)
}

func BasicAuth(h httprouter.Handle, user, password string) httprouter.Handle {
	return func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) {
		if u, p, ok := r.BasicAuth(); ok && u == user && p == password {
			h(w, r, ps)
			return
		}
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
	}
}

func Index(w http.ResponseWriter, r *http.Request, _ httprouter.Params)     {}
func Hello(w http.ResponseWriter, r *http.Request, ps httprouter.Params)    {}
func Protected(w http.ResponseWriter, r *http.Request, _ httprouter.Params) {}
func remove(w http.ResponseWriter, r *http.Request)                         {}
""",
}

HTTPROUTER_APP = {
    "cmd/api/routes.go": """
package main

import (
	"net/http"

	"github.com/julienschmidt/httprouter"
)

func (app *application) routes() http.Handler {
	router := httprouter.New()
	router.NotFound = http.HandlerFunc(app.notFoundResponse)
	router.HandlerFunc(http.MethodGet, "/v1/healthcheck", app.healthcheckHandler)
	router.HandlerFunc(http.MethodGet, "/v1/movies", app.requirePermission("movies:read", app.listMoviesHandler))
	router.HandlerFunc(http.MethodPost, "/v1/users", app.registerUserHandler)
	return app.metrics(app.recoverPanic(app.rateLimit(app.authenticate(router))))
}
""",
    "cmd/api/middleware.go": """
package main

import "net/http"

type application struct{}

func (app *application) metrics(next http.Handler) http.Handler      { return next }
func (app *application) recoverPanic(next http.Handler) http.Handler { return next }

func (app *application) rateLimit(next http.Handler) http.Handler {
	limiter := rate.NewLimiter(2, 4)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !limiter.Allow() {
			app.rateLimitExceededResponse(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (app *application) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := r.Header.Get("Authorization")
		if header == "" {
			r = app.contextSetUser(r, AnonymousUser)
			next.ServeHTTP(w, r)
			return
		}
		user, err := app.users.GetForToken(header)
		if err != nil {
			app.invalidAuthenticationTokenResponse(w, r)
			return
		}
		next.ServeHTTP(w, app.contextSetUser(r, user))
	})
}

func (app *application) requirePermission(code string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !app.contextGetUser(r).Can(code) {
			app.notPermittedResponse(w, r)
			return
		}
		next.ServeHTTP(w, r)
	}
}

func (app *application) healthcheckHandler(w http.ResponseWriter, r *http.Request)  {}
func (app *application) listMoviesHandler(w http.ResponseWriter, r *http.Request)   {}
func (app *application) registerUserHandler(w http.ResponseWriter, r *http.Request) {}
""",
}

HTTPROUTER_ADAPTED = {
    "api/api.go": """
package api

import (
	"net/http"

	"github.com/julienschmidt/httprouter"
)

const pathOrder = "/orders/:id"

type Api struct{ router *httprouter.Router }

func New() *Api {
	a := &Api{}
	a.router = httprouter.New()
	a.router.GET(pathOrder, a.wrap(a.show))
	a.router.PUT(pathOrder, a.wrap(a.update))
	return a
}

type handle func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) error

func (a *Api) wrap(h handle) httprouter.Handle {
	return func(w http.ResponseWriter, r *http.Request, ps httprouter.Params) { h(w, r, ps) }
}

func (a *Api) show(w http.ResponseWriter, r *http.Request, ps httprouter.Params) error   { return nil }
func (a *Api) update(w http.ResponseWriter, r *http.Request, ps httprouter.Params) error { return nil }
""",
}

HUMA = {
    "main.go": """
package main

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
)

func main() {
	router := chi.NewMux()
	api := humachi.New(router, huma.DefaultConfig("My API", "1.0.0"))
	huma.Get(api, "/greeting/{name}", greet)
	huma.Register(api, huma.Operation{
		OperationID: "post-review",
		Method:      http.MethodPost,
		Path:        "/reviews",
	}, func(ctx context.Context, i *struct{}) (*struct{}, error) { return nil, nil })
	http.ListenAndServe(":8888", router)
}

func greet(ctx context.Context, input *GreetingInput) (*GreetingOutput, error) { return nil, nil }
""",
}

HERTZ = {
    "main.go": """
package main

import (
	"context"

	"github.com/cloudwego/hertz/pkg/app"
	"github.com/cloudwego/hertz/pkg/app/server"
)

func main() {
	h := server.Default()
	h.GET("/ping", ping)
	v1 := h.Group("/v1", authMw())
	v1.POST("/items/:id", create)
	h.Spin()
}

func authMw() app.HandlerFunc {
	return func(c context.Context, ctx *app.RequestContext) { ctx.AbortWithStatus(401) }
}
func ping(c context.Context, ctx *app.RequestContext)   {}
func create(c context.Context, ctx *app.RequestContext) {}
""",
}

PROJECTS: list[tuple[str, dict[str, str], set[Row]]] = [
    ("net/http with methods in patterns, a handler that registers itself, wrapped handlers", NETHTTP_PATTERNS, {
        ("GET", "/healthz", "main", False, False), ("GET", "/orders", "Handler.list", False, False),
        ("GET", "/orders/{id}", "Handler.show", False, False), ("POST", "/orders", "Handler.create", True, False),
        ("*", "/", "Handler.home", False, False), ("DELETE", "/orders/{id}", "Handler.remove", False, False),
        ("GET", "/files", "http.FileServer()", False, False),
    }),
    ("net/http with makers of handlers and the whole mux wrapped", NETHTTP_MAKERS, {
        ("*", "/api/v1/books", "handleBooks", False, True), ("POST", "/api/v1/login", "handleLogin", False, True),
        ("*", "/healthz", "handleHealthz", False, True), ("*", "/admin", "handleAdminIndex", True, True),
        ("*", "/", "http.NotFoundHandler()", False, True),
    }),
    ("net/http with muxes below a mux, with and without a login", NETHTTP_NESTED, {
        ("GET", "/api/items", "ListItems", False, False), ("POST", "/my/items", "CreateItem", True, False),
        ("GET", "/my/report", "Report.ServeHTTP", True, False),
        ("GET", "/status", "Status", False, False), ("PUT", "/status", "Status", False, False),
    }),
    ("net/http with tables of routes and the default mux", NETHTTP_TABLE, {
        ("GET", "/users", "listUsers", False, False), ("POST", "/users", "createUser", False, False),
        ("GET", "/teams", "listTeams", False, False), ("GET", "/teams/{id}", "showTeam", False, False),
        ("POST", "/old", "old", False, False),
    }),
    ("net/http with chains of alice: who is there is asked by one, required by another", NETHTTP_ALICE, {
        ("GET", "/ping", "ping", False, False), ("GET", "/", "application.home", False, False),
        ("GET", "/snippet/view/{id}", "application.snippetView", False, False),
        ("POST", "/snippet/create", "application.snippetCreatePost", True, False),
    }),
    ("gin with groups and middleware in them", GIN_GROUPS, {
        ("GET", "/ping", "main", False, False), ("POST", "/api/login", "Login", False, False),
        ("GET", "/api/orders", "List", True, False), ("GET", "/api/orders/{id}", "Get", True, False),
        ("DELETE", "/api/orders/{id}", "Delete", True, False), ("*", "/echo/{rest}", "Echo", False, False),
    }),
    ("gin with an engine in a field and controllers that register themselves", GIN_CONTROLLERS, {
        ("POST", "/api/v1/users", "UserController.Create", False, True), ("GET", "/api/v1/users/me", "UserController.Me", True, True),
        ("PUT", "/api/v1/users/me/password", "UserController.ChangePassword", True, True),
        ("GET", "/api/v1/teams", "ListTeams", True, True), ("PATCH", "/api/v1/teams/{team_id}/members/{member_id}", "PatchMember", True, True),
        ("GET", "/metrics", "promhttp.Handler()", False, True),
    }),
    ("gin with modules behind an interface and middleware set by a function", GIN_MODULES, {
        ("GET", "/v1/posts", "Blog.Index", True, False), ("POST", "/v1/posts/{slug}/comments", "Blog.Comment", True, False),
        ("GET", "/v1/products", "Shop.Products", True, False),
    }),
    ("gin with a user who may be there and one who must", GIN_OPTIONAL, {
        ("GET", "/articles", "listArticles", False, False), ("POST", "/articles", "createArticle", True, False),
        ("GET", "/admin/stats", "stats", True, False),
    }),
    ("echo with a restricted group", ECHO_GROUPS, {
        ("POST", "/login", "login", False, False), ("GET", "/", "main", False, False), ("GET", "/restricted", "restricted", True, False),
        ("GET", "/restricted/users/{id}", "getUser", True, False), ("GET", "/files/{*}", "files", False, False),
    }),
    ("echo with a router, a handler and groups in three packages", ECHO_HANDLERS, {
        ("POST", "/api/users", "Handler.SignUp", False, True), ("GET", "/api/user", "Handler.CurrentUser", True, True),
        ("GET", "/api/tags", "Handler.Tags", False, True), ("DELETE", "/api/articles/{slug}", "Handler.DeleteArticle", True, True),
        ("PUT", "/api/articles/{slug}", "Handler.UpdateArticle", True, True),
        ("GET", "/api/probe", "Handler.Probe", False, True), ("HEAD", "/api/probe", "Handler.Probe", False, True),
    }),
    ("echo wired by fx", ECHO_FX, {
        ("GET", "/orders", "Controller.Index", True, False), ("GET", "/orders/{id}", "Controller.Show", True, False),
        ("GET", "/livez", "RegisterRoutes", False, False),
    }),
    ("chi with nested routes, With and a mounted router", CHI_NESTED, {
        ("GET", "/", "main", False, False), ("GET", "/articles", "ListArticles", False, False), ("POST", "/articles", "CreateArticle", False, False),
        ("GET", "/articles/{articleID}", "GetArticle", False, False), ("DELETE", "/articles/{articleID}", "DeleteArticle", False, False),
        ("GET", "/articles/{slug}", "GetArticle", False, False), ("GET", "/admin", "adminRouter", True, False),
        ("GET", "/admin/accounts", "listAccounts", True, False),
    }),
    ("chi with groups, jwtauth and a resource of another package", CHI_JWT, {
        ("GET", "/todos", "Resource.List", True, False), ("GET", "/todos/{id}", "Resource.Get", True, False), ("PUT", "/todos/{id}", "Resource.Update", True, False),
        ("GET", "/me", "API.me", True, False), ("GET", "/welcome", "API.welcome", False, False), ("POST", "/login", "API.login", False, True),
        ("GET", "/version", "API.version", False, False),
    }),
    ("chi in a field, with middleware and routes in methods", CHI_SERVER, {
        ("GET", "/invoices", "Server.listInvoices", True, False), ("POST", "/invoices/{invoiceID}/pay", "Server.payInvoice", True, False),
        ("*", "/metrics", "metricsHandler", True, False), ("*", "/ws", "Server.websocket", True, False),
    }),
    ("fiber with groups and all kinds of parameters", FIBER_GROUPS, {
        ("GET", "/", "main", False, False), ("POST", "/login", "login", False, True), ("GET", "/api/v1/users/{id}", "getUser", True, False),
        ("GET", "/api/v1/flights/{from}-{to}", "flights", True, False), ("GET", "/api/v1/orders/{id}", "getOrder", True, False),
        ("*", "/any", "anything", False, False), ("PUT", "/thing", "anything", False, False),
    }),
    ("fiber with routes set up in a package of their own", FIBER_ROUTER, {
        ("GET", "/api", "Hello", False, False), ("POST", "/api/auth/login", "Login", False, False), ("GET", "/api/user/{id}", "GetUser", False, False),
        ("POST", "/api/user", "CreateUser", False, False), ("PATCH", "/api/user/{id}", "UpdateUser", True, False), ("DELETE", "/api/user/{id}", "DeleteUser", True, False),
    }),
    ("fiber with a mounted app, Route and middleware for a path", FIBER_MOUNT, {
        ("GET", "/john/doe", "doe", False, False), ("GET", "/test/foo", "foo", False, False), ("POST", "/test/bar", "bar", False, False),
        ("GET", "/private/data", "foo", True, False),
    }),
    ("gorilla/mux with subrouters, methods, queries and files", MUX_SUBROUTERS, {
        ("*", "/", "home", False, False), ("GET", "/articles/{category}/{id}", "article", False, False), ("HEAD", "/articles/{category}/{id}", "article", False, False),
        ("GET", "/api/v1/users", "listUsers", True, False), ("POST", "/api/v1/users", "createUser", True, False),
        ("*", "/static", "http.FileServer()", False, False), ("GET", "/search", "search", False, False),
    }),
    ("gorilla/mux with a subrouter for each method", MUX_METHODS, {
        ("GET", "/products", "Products.ListAll", False, False), ("GET", "/products/{id}", "Products.ListSingle", False, False),
        ("PUT", "/products", "Products.Update", False, False),
    }),
    ("gorilla/mux with a generated table of routes", MUX_TABLE, {
        ("GET", "/v2", "Index", False, False), ("POST", "/v2/pet", "AddPet", False, False), ("GET", "/v2/pet/{petId}", "GetPetById", False, False),
    }),
    ("httprouter with a basic login around one handler", HTTPROUTER_PLAIN, {
        ("GET", "/", "Index", False, False), ("GET", "/hello/{name}", "Hello", False, False), ("POST", "/protected", "Protected", True, False),
        ("GET", "/src/{filepath}", "http.Dir()", False, False), ("DELETE", "/things/{id}", "remove", False, False),
        ("GET", "/debug/vars", "expvar.Handler()", False, False),
    }),
    ("httprouter with permissions, and a chain around the router", HTTPROUTER_APP, {
        ("GET", "/v1/healthcheck", "application.healthcheckHandler", False, True),
        ("GET", "/v1/movies", "application.listMoviesHandler", True, True), ("POST", "/v1/users", "application.registerUserHandler", False, True),
    }),
    ("httprouter with handlers of another shape and paths in constants", HTTPROUTER_ADAPTED, {
        ("GET", "/orders/{id}", "Api.show", False, False), ("PUT", "/orders/{id}", "Api.update", False, False),
    }),
    ("huma on chi", HUMA, {("GET", "/greeting/{name}", "greet", False, False), ("POST", "/reviews", "main", False, False)}),
    ("hertz with a group", HERTZ, {("GET", "/ping", "ping", False, False), ("POST", "/v1/items/{id}", "create", True, False)}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "expected"),
    [pytest.param(files, expected, id=name) for name, files, expected in PROJECTS],
)
def test_endpoints(files: dict[str, str], expected: set[Row]) -> None:
    found = {
        (e.method, e.path, e.handler, bool(e.auth), bool(e.limited))
        for e in model_of(files).endpoints
    }
    assert expected == found
