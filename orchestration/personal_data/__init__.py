"""Personal data: hashed or dropped in staging, and looked for in everything that is about to be published."""
