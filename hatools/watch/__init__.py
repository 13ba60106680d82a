"""Running a setup's machines in real time: checks, virtual routers, and what is made of them."""
