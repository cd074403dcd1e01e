"""Layers made ready for a map; knows neither database nor HTTP."""
