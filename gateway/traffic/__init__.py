"""What decides where a call goes: tables and how a row is found in them.

Laws: time is an argument; nothing here waits or opens anything.
Must not know: routes, YAML, sockets.
"""
