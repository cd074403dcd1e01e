"""The shapes of requests and answers, with examples; what they mean is said in the rooms below."""
