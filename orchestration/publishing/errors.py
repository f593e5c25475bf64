"""Why nothing was published."""


class PublishError(Exception):
    """The new version is not what it should be; the published one stays."""
