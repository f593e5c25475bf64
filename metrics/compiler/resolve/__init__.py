"""From the names in a semantic manifest to formulas: metrics, measures, filters, dimensions."""

from metrics.compiler.resolve.resolver import Resolver

__all__ = ["Resolver"]
