"""Measuring: what a step of a case costs here, beside the same step with SpiffWorkflow as it comes."""

from app.usecases.bench.measuring import FULL, QUICK, measure_engine

__all__ = ["FULL", "QUICK", "measure_engine"]
