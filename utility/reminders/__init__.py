"""What customers are reminded of by the clock alone: points that go at the end of the year, ten days' use."""
