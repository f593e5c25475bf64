"""Publishing: an immutable version of the mart, built aside, verified, and shown by swapping one symlink."""

from orchestration.publishing.errors import PublishError
from orchestration.publishing.publish import Publication, publish, published_as_of, published_change, published_run

__all__ = ["Publication", "PublishError", "publish", "published_as_of", "published_change", "published_run"]
