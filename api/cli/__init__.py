"""The command ``gezhi``: one module a command; `api.cli.main` puts them together."""
