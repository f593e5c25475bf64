"""Telling people of alerts: once each, whatever dies on the way, without ever stopping a run."""
