"""Entities found by rules on characters, never on words; values are the taxonomy's."""
