"""Repositories that speak OAI-PMH."""
