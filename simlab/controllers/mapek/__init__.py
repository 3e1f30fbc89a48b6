"""MAPE-K: a loop that monitors, analyzes, plans and executes over shared knowledge.

thresholds, numbers, trend, collecting, symptoms, monitor      what is wrong?
graph, evidence, issues, analyzer                              where does it come from?
rules, plans, planner                                          what is to be done?
executor                                                       is it done, and did it work?
knowledge, remembered                                          what has worked before?
loop, settings                                                 the whole
"""

from simlab.controllers.mapek.analyzer import Analyzer
from simlab.controllers.mapek.analyzer_settings import AnalyzerSettings
from simlab.controllers.mapek.executor import Executor, ExecutorSettings
from simlab.controllers.mapek.issues import Issue
from simlab.controllers.mapek.knowledge import Episode, KnowledgeBase
from simlab.controllers.mapek.loop import MapeK
from simlab.controllers.mapek.monitor import Monitor
from simlab.controllers.mapek.monitor_settings import MonitorSettings
from simlab.controllers.mapek.planner import Planner
from simlab.controllers.mapek.planner_settings import PlannerSettings
from simlab.controllers.mapek.plans import RecoveryPlan
from simlab.controllers.mapek.rules import DEFAULT_RULES, Rule
from simlab.controllers.mapek.settings import MapeKSettings
from simlab.controllers.mapek.symptoms import Symptom
from simlab.controllers.mapek.thresholds import CustomSymptom, OwnThresholds, Thresholds

__all__ = [
    "DEFAULT_RULES",
    "Analyzer",
    "AnalyzerSettings",
    "CustomSymptom",
    "Episode",
    "Executor",
    "ExecutorSettings",
    "Issue",
    "KnowledgeBase",
    "MapeK",
    "MapeKSettings",
    "Monitor",
    "MonitorSettings",
    "OwnThresholds",
    "Planner",
    "PlannerSettings",
    "RecoveryPlan",
    "Rule",
    "Symptom",
    "Thresholds",
]
