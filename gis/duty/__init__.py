"""Workers, teams, and the ladder that says who is in charge."""
