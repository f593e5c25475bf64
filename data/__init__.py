"""What the sample company delivers, and where its data lives at run time."""
