"""Commands on definitions: new, lint, compile."""
