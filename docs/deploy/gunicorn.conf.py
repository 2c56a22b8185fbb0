"""Pulse under gunicorn: `gunicorn --config docs/deploy/gunicorn.conf.py wsgi:app`.

Silent, because a request log of the pages of a survey would keep who came and when. Granian, which
`pulse-web.service` starts, is faster; Pulse does not care which of them serves it.
"""
# ruff: noqa: INP001  (a file of settings that gunicorn reads by its path)

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gthread"
threads = 8

# No line for a request; none for a request that is malformed, which would name an address.
accesslog = None
errorlog = "-"
loglevel = "error"
capture_output = False
statsd_host = None
syslog = False

# Nothing beside the pages: no control socket, no trust in addresses that a proxy passes on.
control_socket_disable = True
forwarded_allow_ips = ""
# Heartbeats of the workers are files; these are in memory.
worker_tmp_dir = "/dev/shm"  # noqa: S108
