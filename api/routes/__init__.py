"""One module a resource; a route parses, calls the domain once, and renders."""
