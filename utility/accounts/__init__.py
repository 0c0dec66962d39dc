"""Customers, accounts, and who is bound to them."""
