"""Invoices: one for each bill that was paid, never for money that has paid nothing."""
