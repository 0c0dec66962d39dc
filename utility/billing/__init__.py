"""Readings, tariffs and bills."""
