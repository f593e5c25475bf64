"""Writing a new contract: which metric fits, what the author is asked, and how the answers become YAML."""
