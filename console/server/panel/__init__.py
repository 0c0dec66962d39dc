"""The customer panel: what the utility knows of the customer of a chat, and what an agent may do for them there."""
