"""Appointments: half days in which somebody of the company comes, each with so many visits and not one more."""
