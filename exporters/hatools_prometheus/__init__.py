"""What hatools watch knows, as metrics for Prometheus."""
