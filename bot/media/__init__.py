"""Pictures and voices of customers: told by their first bytes, cleaned of where they were taken, kept in files."""
