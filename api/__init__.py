"""The ways in: HTTP routes, the command line and the pages."""
