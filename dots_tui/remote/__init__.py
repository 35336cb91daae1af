"""The only room that imports paramiko: keys, host keys, connections, container logs."""
