"""Commands that pull and publish: run, dev, quarantine."""
