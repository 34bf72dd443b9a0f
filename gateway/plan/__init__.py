"""YAML → diagnostics → frozen Plan."""
