"""The desk of agents and supervisors: `server/` is the API and the socket, `web/` the page."""
