"""Promises in an agent's lines: heard after they are said, and watched by the desk."""
