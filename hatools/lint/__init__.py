"""What is wrong in configurations, and between those of a cluster's nodes."""
