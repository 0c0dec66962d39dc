"""A rehearsed day of the company: a seeded storm over a real service, on a clock that runs as fast as it is played."""
