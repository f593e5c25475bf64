"""The kinds of pages: each module turns the mart into its pages of one language, ``pages(mart, say)``."""
