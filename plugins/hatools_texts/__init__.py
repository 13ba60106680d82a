"""What is wrong with a text, whatever language it is in."""
