"""What ``fit`` gives in a fresh process, AIbro gives bit for bit."""
