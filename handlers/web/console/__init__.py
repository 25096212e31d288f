"""`/console`: a page for operators that shows the state of the service.

The page itself contains no data. Its script calls the API with an API key that the operator typed,
or with a session key that it got for the link from the bot. It keeps the key until the tab is
closed.
"""

from http import HTTPStatus

from aiohttp import web
from pydantic import BaseModel, SecretStr

from bot.services.console.sessions import WrongLink
from bot.services.orders.statuses import Status
from bot.texts.statuses import name
from handlers.web.backend import BACKEND
from handlers.web.body import parse, read_json_body
from handlers.web.html.pages import page
from handlers.web.problems import Problem, in_time

routes = web.RouteTableDef()


class _Link(BaseModel):
    link: SecretStr


@routes.get("/console")
async def show(request: web.Request) -> web.Response:
    reader = request.app[BACKEND].reader.speaking("en")
    states = [(status.value, name(status, reader)) for status in Status]
    return page(request, "console/console.html", reader, states=states)


@routes.post("/console/sessions")
async def begin_session(request: web.Request) -> web.Response:
    given = parse(_Link, await read_json_body(request))
    beginning = request.app[BACKEND].console.sessions.begin(given.link.get_secret_value())
    try:
        session = await in_time(beginning)
    except WrongLink:
        raise Problem(
            HTTPStatus.FORBIDDEN, "This link was used, or is too old. Ask the bot for another."
        ) from None
    answer = {"key": session.key, "until": session.until.isoformat()}
    headers = {"Cache-Control": "no-store"}
    return web.json_response(answer, status=HTTPStatus.CREATED, headers=headers)
