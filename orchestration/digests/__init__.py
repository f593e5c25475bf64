"""The weekly digests: who gets which, written from the published mart and sent at most once a week."""
