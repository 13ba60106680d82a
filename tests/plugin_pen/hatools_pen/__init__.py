"""The command lines of the pen load balancer."""
