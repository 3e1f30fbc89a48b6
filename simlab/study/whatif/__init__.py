"""What if: the same replications with and without each fault, under each strategy.

variants    which runs that takes: worlds that differ in their faults alone
asking      the runs made; a question about faults
recovery    what one fault cost under one strategy, and how it was met
contrasting effects, the spread over services, and strategies against each other, judged
whatif      the answer
"""

from simlab.study.whatif.asking import HARMED, Planned, plan, whatif
from simlab.study.whatif.variants import EACH, Each
from simlab.study.whatif.whatif import WhatIf

__all__ = ["EACH", "HARMED", "Each", "Planned", "WhatIf", "plan", "whatif"]
