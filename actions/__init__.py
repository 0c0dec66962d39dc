"""The hands of the bot: rasa-sdk actions, one module per skill; never imports rasa and reaches no database."""
