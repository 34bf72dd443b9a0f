"""The supervisor: owns the listening sockets and the metrics, and keeps a worker that serves the plan in every slot.

Laws: 1. No request is dropped by a reload or by the death of a worker that was not serving it: sockets and counters outlive
workers. 2. A plan is replaced whole; a bad one leaves the old one serving. 3. Nothing outlives the supervisor: whoever hears
the end of its channel ends too. 4. Restarts are bounded in rate and counted.
Must not know: what a plan holds; it never imports the compiler or the data plane.
"""

from .options import Ready, SupervisorOptions
from .run import run_supervisor

__all__ = ["Ready", "SupervisorOptions", "run_supervisor"]
