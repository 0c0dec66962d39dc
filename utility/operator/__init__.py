"""The operator's hand: a page to raise and end outages, move orders, issue bills and let payments arrive."""
