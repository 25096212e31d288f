"""The service. Its time zones are those of the package `tzdata`, on every machine the same."""

import zoneinfo

zoneinfo.reset_tzpath(to=())
