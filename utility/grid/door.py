"""Places."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request

from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import Text
from utility.grid import wire


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("grid")
    routes.add_route(find_places, "/places", methods=["GET"])
    return routes


@needs(Scope.OUTAGES)
async def find_places(request: Request) -> HTTPResponse:
    """Finds the places a text may mean."""
    text = fields.query(request, {"text": Text(least=1, required=True)})["text"]
    return answer({"places": [wire.place(place) for place in company_of(request).gazetteer.find(text)]})
