"""From a delivery to the landing: read, divided, judged as a whole, cut into batches."""
