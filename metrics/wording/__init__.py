"""How KPIs are spoken of to people, in the two languages of the mart: numbers, days, periods and the vocabulary."""
