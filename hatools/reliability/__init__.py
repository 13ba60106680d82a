"""The mathematics of availability, pure and without dependencies."""
