"""Which KPIs can be trusted: gaps, freshness and checks, and the certificate that they come to."""
