"""The audit as a command; what it looks at stands in utility/books and in each subject."""
