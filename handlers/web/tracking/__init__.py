"""The page of one order: as a shared link shows it, and the parts for its owner's."""

from handlers.web.tracking import shared

routes = shared.routes
