"""What the bot says next. Pure: step(session, message, context) -> Turn."""
