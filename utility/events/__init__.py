"""What the company tells its subscribers: a transactional outbox."""
