"""Sets of strings as machines: what a schema's pattern, length, enum and format allow, and what an operator makes of them.

Holds: minimal automata over Unicode code points, the patterns and formats that they are made from, and images under the
operators' functions.
Laws: 1. A language made from a pattern is what the validator's engine matches, no more and no less. 2. Every operation ends:
one that grows beyond its budget raises `TooLarge`. 3. Two languages are equal exactly where they hold the same words. 4. What
is more than the exact image says so (`is_exact`), and is never less.
Must not know: schemas, mappings, operators.
"""

from .language import STATES_MAX as STATES_MAX
from .language import Language as Language
from .language import TooLarge as TooLarge
