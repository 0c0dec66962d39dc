"""How an account stands to an offer: what it is, and what troubles it now."""
