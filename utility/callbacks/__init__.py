"""Requests that a person of the company calls back."""
