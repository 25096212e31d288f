"""Values that belong to an order as a whole or to one of its parcels."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Scoped(Generic[T]):
    """A value for an order and for each parcel. For a parcel, the newer of the two counts."""

    def __init__(self) -> None:
        self._values: dict[str | None, T] = {}

    def put(self, parcel: str | None, value: T) -> None:
        if parcel is None:
            self._values.clear()
        self._values[parcel] = value

    def of(self, parcel: str | None) -> T | None:
        return self._values.get(parcel, self._values.get(None))

    def all(self) -> set[T]:
        return set(self._values.values())
