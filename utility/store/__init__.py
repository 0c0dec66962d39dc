"""The company's SQL, one module per topic; no rule lives here, only reading and writing rows."""
