"""Commands for those who act on KPIs, and what a run shows them: objectives, plans, alerts, reviews."""
