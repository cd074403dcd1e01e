"""Incidents: what happens on the ground, from its report to its closing."""
