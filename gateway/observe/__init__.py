"""What is seen of the gateway at work: metrics in shared cells, the access log, and the watcher that writes both."""
