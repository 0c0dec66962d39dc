"""Fault reports and fault orders."""
