"""Service halls, grid managers and key-account managers: where and when people of the company can be met."""
