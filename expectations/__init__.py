"""What data must look like, and the code that splits off rows that do not."""
