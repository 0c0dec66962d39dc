"""Cases as customers file them: complaints, reports, opinions, praise, requests."""
