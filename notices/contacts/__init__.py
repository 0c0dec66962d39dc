"""Contact data that cannot be right, found before an outage needs it."""
