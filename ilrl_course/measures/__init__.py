"""What is measured: scores, costs and endings of episodes, and what many seeds say about them."""
