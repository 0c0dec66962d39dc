"""The audit: whether what the books say agrees with what they add up to; it reads and never mends."""
