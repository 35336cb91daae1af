"""SSH access to instances: keys, host keys, connections, container logs. The only package that imports paramiko."""
