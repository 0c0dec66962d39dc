"""The seam for an operator's own agent desk: what crosses it (`port`), how it is kept going (`bridge`), adapters."""
