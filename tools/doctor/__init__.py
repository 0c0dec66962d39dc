"""`make doctor`: looks at the settings, stores, keys, clock and platforms of one bot, and says what is wrong.

It changes nothing and sends nothing to customers.
"""
