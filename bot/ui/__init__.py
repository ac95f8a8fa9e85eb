"""How it looks: cards, lists, pictures and custom ids. No decisions, nothing awaited."""
