"""What is measured and promised: contracts, calendar and the compiler of KPI models."""
