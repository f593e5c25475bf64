"""Compiles KPIs to dbt models: a daily state per fact, then values at every grain and slice."""

from metrics.compiler.compile import compile_kpis
from metrics.compiler.errors import CompileError
from metrics.compiler.write.files import drift, write_models

__all__ = ["CompileError", "compile_kpis", "drift", "write_models"]
