"""What is wrong between the nodes of one cluster."""
