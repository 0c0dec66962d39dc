"""Notices an account has asked for, by type and channel; the limit of a balance warning stands with supply."""
