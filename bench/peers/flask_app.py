"""Flask."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify, render_template, request

from bench.peers.content import DOCUMENT, HELLO, PAGE, ROUTES, ROWS, TEMPLATES, form_answer

application = Flask(__name__, template_folder=TEMPLATES)


@application.get("/")
def hello() -> Any:
    return HELLO


@application.get("/json")
def document() -> Any:
    return jsonify(DOCUMENT)


@application.post("/form")
def form() -> Any:
    return form_answer(request.form["name"], request.form["city"])


@application.get("/page")
def page() -> Any:
    return render_template(PAGE, heading="Songs", rows=ROWS)


def item(number: int) -> Any:
    return str(number)


for n in range(ROUTES):
    application.add_url_rule(f"/collection{n}/<int:number>", f"item{n}", item)
