"""What is said of KPIs to people: numbers and targets in words, a picture of the course, and what the mart says now."""
