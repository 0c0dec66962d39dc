"""Distances and buildings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utility.grid.rules import Point, building_names, distance_km, nearest
from utility.grid.values import Area

points = st.builds(
    Point,
    st.decimals(min_value=-90, max_value=90, places=6),
    st.decimals(min_value=-180, max_value=180, places=6),
)


@given(points, points)
def test_a_way_is_as_long_as_the_way_back_and_at_most_half_the_earth(one: Point, other: Point) -> None:
    there = distance_km(one, other)

    assert there == distance_km(other, one)
    assert 0 <= there <= Decimal("20016")


@given(points)
def test_a_point_is_where_it_is(point: Point) -> None:
    assert distance_km(point, point) == 0


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert distance_km(Point(Decimal(29), Decimal(126)), Point(Decimal(30), Decimal(126))) == Decimal("111.195")


@given(st.lists(points, min_size=1, max_size=8), points)
def test_no_area_is_nearer_than_the_nearest(places: list[Point], here: Point) -> None:
    areas = [area(f"TA{n}", place) for n, place in enumerate(places)]

    found = nearest(areas, here)

    assert found is not None
    assert found[1] == min(distance_km(place, here) for place in places)


def test_without_areas_nothing_is_near() -> None:
    assert nearest([], Point(Decimal(0), Decimal(0))) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1-3栋", ["1栋", "2栋", "3栋"]),
        ("A-C座", ["A座", "B座", "C座"]),
        ("厂区", ["厂区"]),
        ("", []),
        ("1-C座", ["1-C座"]),
    ],
)
def test_buildings_are_spelled_out(text: str, names: list[str]) -> None:
    assert building_names(text) == names


def area(area_id: str, point: Point) -> Area:
    words = dict.fromkeys(("name", "estate", "street", "road", "buildings", "region", "region_kind", "line_id"), "")
    return Area(area_id=area_id, arrive_minutes=45, lat=point.lat, lng=point.lng, **words)
