"""Places, points on the earth, areas and lines."""

from __future__ import annotations

from decimal import Decimal

from sanic import Blueprint, HTTPResponse, Request

from utility.counter import fields
from utility.counter.access import Scope, needs
from utility.counter.answers import answer, company_of
from utility.counter.fields import AREA_ID, Text
from utility.grid import service, wire

LAT = Text(pattern=r"-?([0-8]?[0-9](\.[0-9]{1,10})?|90(\.0{1,10})?)", required=True)
LNG = Text(pattern=r"-?(([0-9]{1,2}|1[0-7][0-9])(\.[0-9]{1,10})?|180(\.0{1,10})?)", required=True)


def blueprint() -> Blueprint:
    """Builds the routes."""
    routes = Blueprint("grid")
    routes.add_route(find_places, "/places", methods=["GET"])
    routes.add_route(read_location, "/locations", methods=["GET"])
    routes.add_route(read_area, "/areas/<area_id:str>", methods=["GET"])
    routes.add_route(read_line, "/lines/<line_id:str>", methods=["GET"])
    return routes


@needs(Scope.OUTAGES)
async def find_places(request: Request) -> HTTPResponse:
    """Finds the places a text may mean."""
    text = fields.query(request, {"text": Text(least=1, required=True)})["text"]
    return answer({"places": [wire.place(place) for place in company_of(request).gazetteer.find(text)]})


@needs(Scope.OUTAGES)
async def read_location(request: Request) -> HTTPResponse:
    """Finds the area nearest to a point, or says that the point is not on the company's ground."""
    given = fields.query(request, {"lat": LAT, "lng": LNG})
    found = service.locate(company_of(request), Decimal(given["lat"]), Decimal(given["lng"]))
    return answer(wire.location(found))


@needs(Scope.OUTAGES)
async def read_area(request: Request, area_id: str) -> HTTPResponse:
    """Reads the key facts of an area."""
    fields.query(request, {})
    facts = await service.read_area(company_of(request), fields.part("area_id", area_id, AREA_ID))
    return answer(wire.area_facts(facts))


@needs(Scope.OUTAGES)
async def read_line(request: Request, line_id: str) -> HTTPResponse:
    """Reads a line with the areas on it."""
    fields.query(request, {})
    line, fed, standby = await service.read_line(company_of(request), fields.part("line_id", line_id, AREA_ID))
    return answer(wire.line(line, fed, standby))
