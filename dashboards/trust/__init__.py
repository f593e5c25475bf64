"""What the trust page tells, a module a question: from the mart to what its template shows."""
