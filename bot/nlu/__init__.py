"""The bot's understanding of Chinese: components for Rasa's pipeline and the pure functions under them."""
