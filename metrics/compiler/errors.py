"""What the compiler says when it cannot, or must not, turn a definition into SQL."""

from metrics.problems import DefinitionError


class CompileError(DefinitionError):
    """Definitions that the compiler refuses; every problem names metric, feature, file and line."""


class RefusalError(ValueError):
    """Why one metric is refused, before its place in the files is known.

    ``feature`` is what is not done; ``slice_name`` the slice that it is not done for, None if for all; ``field`` the
    field of the contract that asks for it, None if the metric itself does.
    """

    def __init__(
        self,
        metric: str,
        feature: str,
        element: tuple[str, str] | None = None,
        slice_name: str | None = None,
        field: str | None = None,
    ):
        self.metric = metric
        self.feature = feature
        self.slice_name = slice_name
        self.field = field
        self.element = element or ("metric", metric)
        super().__init__(f"{metric}: {feature}")
