"""Fills the demo city up to a whole one: invented, deterministic by its seed, and billed by the company's own rules."""
