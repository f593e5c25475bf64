"""Ad-hoc questions about one KPI: answered by the published mart, else by MetricFlow on the published warehouse."""
