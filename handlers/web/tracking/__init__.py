"""The page of one order, for shared links, and the parts that the Mini App uses as well."""

from handlers.web.tracking import shared

routes = shared.routes
