"""What a company declares of its raw tables: sources.yml and the suites, read and checked."""
