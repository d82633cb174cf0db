"""What can be wrong with the store, told apart by who can help; no driver is imported for it."""


class StoreUnusable(RuntimeError):
    """The store cannot be used as it is; the message says why and what helps, without a password."""


class StoreUnavailable(RuntimeError):
    """The store could not do this now: it is locked, full or gone. Nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__("The store cannot be reached or written now; nothing was kept. Try again later.")
