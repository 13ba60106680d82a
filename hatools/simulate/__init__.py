"""What happens when this fails: runs a scenario in virtual time and tells its course."""
