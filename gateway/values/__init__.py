"""The vocabulary: frozen values that every other room passes on. Imports nothing of the house."""
