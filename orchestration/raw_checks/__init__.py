"""How a raw table stands now, by its files alone: what its checks find, and what is missing still."""
