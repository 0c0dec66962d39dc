"""How events and subscribers look outside; a secret is shown once, to whoever registers."""

from __future__ import annotations

from utility.counter.shown import Json, shown_time
from utility.events.values import DeadDelivery, Subscriber, Told


def event(value: Told) -> Json:
    """Shows an event: the same in a webhook and in the list."""
    return {
        "event_id": value.event_id,
        "type": value.type,
        "at": shown_time(value.at),
        "subject": value.subject,
        "account_no": value.account_no,
        "area_ids": list(value.area_ids),
        "data": value.data,
    }


def subscriber(value: Subscriber) -> Json:
    """Shows a subscriber and how it goes with them."""
    return {
        "subscriber_id": value.subscriber_id,
        "url": value.url,
        "types": list(value.types),
        "created_at": shown_time(value.created_at),
        "failures": value.failures,
        "failing_since": shown_time(value.failing_since),
        "next_try_at": shown_time(value.next_try_at),
        "last_error": value.last_error,
        "batch": value.batch,
    }


def registered(value: Subscriber) -> Json:
    """Shows a new subscriber with the secret that signs what it will get."""
    return {**subscriber(value), "secret": value.secret}


def dead_delivery(value: DeadDelivery) -> Json:
    """Shows an event that was given up."""
    return {
        "subscriber_id": value.subscriber_id,
        "url": value.url,
        "event_id": value.event_id,
        "type": value.type,
        "subject": value.subject,
        "at": shown_time(value.at),
        "failures": value.failures,
        "error": value.error,
    }
