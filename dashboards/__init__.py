"""The leadership site: static pages in English and Spanish, built from one published mart and nothing else."""
