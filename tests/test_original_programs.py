"""Programs as the original's README wrote them, run by `python app.py` on each backend.

Each is served by its `WSGIConnection`, and again behind the real Mongrel2.
"""

import sys
import threading
from contextlib import contextmanager

import pytest
from brubeck_testkit.servers import free_port, serving
from real_mongrel2 import real_mongrel2

CLASS_HANDLER = """
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.connections import WSGIConnection

class DemoHandler(WebMessageHandler):
    def get(self):
        self.set_body('Take five')
        return self.render()

options = {
    'handler_tuples': [(r'^/', DemoHandler)],
    'msg_conn': WSGIConnection(port=6767),
}

app = Brubeck(**options)
app.run()
"""

FUNCTION_HANDLER = """
from brubeck.request_handling import Brubeck, http_response, render
from brubeck.connections import WSGIConnection

app = Brubeck(msg_conn=WSGIConnection(port=6767), db_conn={'song': 'Take five'})

@app.add_route('^/brubeck', method='GET')
def foo(application, message):
    return http_response('Take five!', 200, 'OK', {})

@app.add_route('^/render', method=['GET', 'POST'])
def bar(application, message):
    return render(application.db_conn['song'], 200, 'OK', {})

app.run()
"""

CURRENT_USER = """
from brubeck.auth import UserHandlingMixin, authenticated, web_authenticated
from brubeck.connections import WSGIConnection
from brubeck.request_handling import Brubeck, WebMessageHandler

class Member(WebMessageHandler, UserHandlingMixin):
    def get_current_user(self):
        return self.get_cookie('user_id', secret=self.application.cookie_secret)

class Login(Member):
    def get(self, name):
        self.set_cookie('user_id', name, secret=self.application.cookie_secret)
        self.set_body('Welcome')
        return self.render()

class Home(Member):
    @web_authenticated
    def get(self):
        self.set_body(self.current_user)
        return self.render()

class API(Member):
    @authenticated
    def get(self):
        self.set_body(self.current_user)
        return self.render()

app = Brubeck(
    msg_conn=WSGIConnection(port=6767),
    handler_tuples=[(r'^/login/(?P<name>\\w+)', Login), (r'^/home', Home), (r'^/api', API)],
    cookie_secret='OMGSOOOOSECRET',
    login_url='/login/dave',
)
app.run()
"""

USERS_IN_A_DATABASE = """
from brubeck.auth import web_authenticated, UserHandlingMixin
from brubeck.connections import WSGIConnection
from brubeck.models import User
from brubeck.request_handling import Brubeck, WebMessageHandler, http_response

def load_user(db_conn, username):
    return db_conn.get(username)

class DemoHandler(WebMessageHandler, UserHandlingMixin):
    def get_current_user(self):
        user = load_user(self.db_conn, username=self.get_argument('username'))
        if user and user.check_password(self.get_argument('password')):
            return user

    @web_authenticated
    def post(self):
        self.set_body('%s logged in successfully!' % self.current_user.username)
        return self.render()

db_conn = {'jd': User.create_user('jd', 'take five', 'jd@example.com')}

config = {
    'msg_conn': WSGIConnection(port=6767),
    'handler_tuples': [(r'^/brubeck', DemoHandler)],
    'db_conn': db_conn,
}

app = Brubeck(**config)

@app.add_route('^/address', method='GET')
def address(application, message):
    user = load_user(application.db_conn, username=message.get_argument('username'))
    return http_response(user.email, 200, 'OK', {})

app.run()
"""

TEMPLATES = """
from brubeck.request_handling import Brubeck, WebMessageHandler
from brubeck.connections import WSGIConnection
from brubeck.templating import Jinja2Rendering, load_jinja2_env

class DemoHandler(WebMessageHandler, Jinja2Rendering):
    def get(self):
        context = {
            'name': 'J2 D2 <3',
        }
        return self.render_template('success.html', **context)

app = Brubeck(
    msg_conn=WSGIConnection(port=6767),
    handler_tuples=[(r'^/', DemoHandler)],
    template_loader=load_jinja2_env('./templates/jinja2'),
)
app.run()
"""

LONG_POLL = """
from brubeck.request_handling import Brubeck, WebMessageHandler, http_response
from brubeck.connections import WSGIConnection
from threading import Event

news = Event()

class Poll(WebMessageHandler):
    def get(self):
        self.set_body('news' if news.wait(20) else 'none')
        return self.render()

app = Brubeck(msg_conn=WSGIConnection(port=6767), handler_tuples=[(r'^/poll', Poll)])

@app.add_route('^/tell', method='POST')
def tell(application, message):
    news.set()
    return http_response('told', 200, 'OK', {})

app.run()
"""

each_backend = pytest.mark.parametrize("backend", ["threads", "gevent", "eventlet"])


@contextmanager
def by_wsgi(program):
    port = free_port()
    yield port, program.replace("6767", str(port))


@contextmanager
def by_mongrel2(program):
    """Write the program's connection as the original's README has it for Mongrel2."""
    with real_mongrel2() as server:
        pair = f"{server.pull!r}, {server.pub!r}"
        wsgi, mongrel2 = (
            "Brubeck(msg_conn=WSGIConnection(port=6767)",
            f"Brubeck(mongrel2_pair=({pair})",
        )
        program = program.replace(wsgi, mongrel2)
        program = program.replace("WSGIConnection(port=6767)", f"Mongrel2Connection({pair})")
        yield server.port, program.replace("import WSGIConnection", "import Mongrel2Connection")


each_connection = pytest.mark.parametrize("connection", [by_wsgi, by_mongrel2])


@contextmanager
def run(program, folder, connection=by_wsgi, **variables):
    with connection(program) as (port, written):
        file = folder / "app.py"
        file.write_text(written)
        with serving([sys.executable, str(file)], port, env=variables, cwd=folder) as server:
            yield server


@each_connection
@each_backend
def test_hello_world(backend, connection, tmp_path):
    with run(CLASS_HANDLER, tmp_path, connection, BRUBECK_CONCURRENCY=backend) as server:
        for path in ("/", "/anything/below"):
            answer = server.get(path)
            assert (answer.status, answer.text) == (200, "Take five")


def test_hello_world_needs_no_setting_at_all(tmp_path):
    with run(CLASS_HANDLER, tmp_path) as server:
        assert server.get("/").text == "Take five"
        assert "gevent" in server.output()


@each_connection
@each_backend
def test_functions_as_handlers(backend, connection, tmp_path):
    with run(FUNCTION_HANDLER, tmp_path, connection, BRUBECK_CONCURRENCY=backend) as server:
        assert server.get("/brubeck").text == "Take five!"
        assert server.request("POST", "/render").text == "Take five"
        assert server.request("POST", "/brubeck").status == 405


@each_connection
@each_backend
def test_authentication(backend, connection, tmp_path):
    with run(CURRENT_USER, tmp_path, connection, BRUBECK_CONCURRENCY=backend) as server:
        assert server.get("/api").status == 401
        turned_away = server.get("/home")
        assert (turned_away.status, turned_away.header("Location")) == (302, "/login/dave")
        cookie = server.get("/login/dave").header("Set-Cookie").partition(";")[0]
        for path in ("/home", "/api"):
            answer = server.request("GET", path, headers={"Cookie": cookie})
            assert (answer.status, answer.text) == (200, "dave")
        forged = server.request("GET", "/api", headers={"Cookie": cookie[:-1]})
        assert forged.status == 401


@each_connection
@each_backend
def test_users_in_a_database(backend, connection, tmp_path):
    def post(form):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return server.request("POST", "/brubeck", body=form, headers=headers)

    with run(USERS_IN_A_DATABASE, tmp_path, connection, BRUBECK_CONCURRENCY=backend) as server:
        let_in = post(b"username=jd&password=take+five")
        assert (let_in.status, let_in.text) == (200, "jd logged in successfully!")
        for form in (b"", b"username=jd&password=wrong", b"username=nobody&password=take+five"):
            assert post(form).status == 401
        assert server.get("/address?username=jd").text == "jd@example.com"


@each_connection
@each_backend
def test_templates(backend, connection, tmp_path):
    (tmp_path / "templates" / "jinja2").mkdir(parents=True)
    (tmp_path / "templates" / "jinja2" / "success.html").write_text("<p>Hello, {{ name }}!</p>")
    with run(TEMPLATES, tmp_path, connection, BRUBECK_CONCURRENCY=backend) as server:
        assert server.get("/").text == "<p>Hello, J2 D2 &lt;3!</p>"


@each_connection
@each_backend
def test_long_polls(backend, connection, tmp_path):
    with run(LONG_POLL, tmp_path, connection, BRUBECK_CONCURRENCY=backend) as server:
        heard = []
        listeners = [
            threading.Thread(target=lambda: heard.append(server.get("/poll").text))
            for _ in range(20)
        ]
        for listener in listeners:
            listener.start()
        assert server.request("POST", "/tell").text == "told"
        for listener in listeners:
            listener.join(30)
        assert heard == ["news"] * 20
