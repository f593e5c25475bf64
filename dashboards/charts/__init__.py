"""Charts of the site: sparklines drawn when it is built, and what Vega-Lite draws in the browser."""
