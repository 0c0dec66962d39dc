"""Chaos: every process killed and every store taken away under load, and then the ledgers held against each other."""
