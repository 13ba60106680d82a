"""How servers are asked whether they are well: conversations without sockets."""
