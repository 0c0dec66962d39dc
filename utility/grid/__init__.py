"""The network and the map."""
