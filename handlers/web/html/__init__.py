"""What all of our pages are made with; `pages` says how one is added."""

from handlers.web.html import assets

routes = assets.routes
