"""Rows and deliveries that did not land: which there are, and a second chance for them."""
