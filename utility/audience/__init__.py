"""Whom a notice concerns: the accounts of areas or one account, who is bound to them, what they want told and how."""
