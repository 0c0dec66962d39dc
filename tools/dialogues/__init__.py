"""Conversations as tests: reads, plays and judges files in the format of docs/dialogue-tests.md."""
