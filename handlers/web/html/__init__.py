"""The parts that all our pages share. See `pages` for how to add one."""

from handlers.web.html import assets

routes = assets.routes
