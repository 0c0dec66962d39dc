"""Notices: what the company's events mean for customers, told once, in time, by a way that reaches, with proof."""
