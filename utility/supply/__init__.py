"""Whether an account has power: the ladder from a bill that is not paid to a cut, and the way back."""
