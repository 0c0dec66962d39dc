"""The desk's server: log-in, inbox, transitions and the live socket; it decides who may call, never who owns a chat."""
