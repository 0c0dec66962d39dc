"""The demo city: reading its file and loading it into an empty database."""
