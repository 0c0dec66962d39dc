"""What every door of the company shares: who may come in, what may be said, how it is answered."""
