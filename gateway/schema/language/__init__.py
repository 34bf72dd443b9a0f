"""Sets of strings as machines: what a schema's pattern, length, enum and format allow, and what an operator makes of them.

Holds: minimal automata over Unicode code points, the patterns and formats that they are made from, and images under the
operators' functions.
Laws: 1. A language made from a pattern is what the validator's engine matches, no more and no less. 2. Every operation ends:
one that grows beyond its budget raises `TooLarge`. 3. Two languages are equal exactly where they hold the same words. 4. What
is more than the exact image says so (`is_exact`), and is never less.
Must not know: schemas, mappings, operators.
"""

from .build import all_strings as all_strings
from .build import from_format as from_format
from .build import from_pattern as from_pattern
from .build import from_words as from_words
from .build import nothing as nothing
from .build import of_lengths as of_lengths
from .images import collapse as collapse
from .images import map_words as map_words
from .images import to_lower as to_lower
from .images import to_upper as to_upper
from .images import trim as trim
from .language import Language as Language
from .machine import STATES_MAX as STATES_MAX
from .machine import TooLarge as TooLarge
from .quotient import left_quotient as left_quotient
from .quotient import right_quotient as right_quotient
from .quotient import strip_prefix as strip_prefix
from .quotient import strip_suffix as strip_suffix
from .slices import reorder as reorder
from .slices import split_at as split_at
from .slices import take_slice as take_slice
from .syntax import Unreadable as Unreadable
