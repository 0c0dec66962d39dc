"""The reference company: an independent REST service with its own books; it knows nothing of GridTalk."""
