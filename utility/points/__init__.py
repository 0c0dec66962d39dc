"""Points: earned by paying online on time and by activity, redeemed for goods, gone at the end of the next year."""
