"""400 health-centre applications with 400 shapes: what `mapping suggest` drafts of them, and what is left for a person."""
