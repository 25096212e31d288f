"""People who use Telegram: a test, or the page, acts for them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sandbox import inline
from sandbox.inline_mode import InlineAnswer, InlineResult
from sandbox.mini_apps import Opened, init_data
from sandbox.model import CallbackAnswer, Chat, Message
from sandbox.photos import taken
from sandbox.text import MAX_LENGTH
from sandbox.view import View
from sandbox.waiting import TIMEOUT


class NotPossible(RuntimeError):
    """A person cannot do this in Telegram either. The text says why."""


class Person(View):
    """Somebody with Telegram: what they see, and what they do."""

    async def send(self, text: str, *, reply_to: Message | None = None) -> Message:
        """Write to the bot. Raises NotPossible while the bot is blocked."""
        self._begin()
        if not text.strip():
            raise NotPossible("Telegram sends no empty message.")
        if len(text) > MAX_LENGTH:
            raise NotPossible("Telegram's apps cut a text over 4,096 characters into several.")
        replied = reply_to.id if reply_to else None
        return self._world.hear(self.chat, self.account, text, reply_to=replied)

    async def send_photo(
        self,
        content: bytes,
        caption: str = "",
        *,
        group: Chat | None = None,
        topic: int | None = None,
        protected: bool = False,
    ) -> Message:
        """Send a photo to the bot, or to a group. Raises ApiError if it is not a photo."""
        if group is None:
            self._begin()
        else:
            self._enter(group, topic)
        return self._world.hear(
            group or self.chat,
            self.account,
            caption,
            photo=taken(self._world, content),
            topic=topic,
            protected=protected,
        )

    async def send_in_group(
        self, group: Chat, text: str, topic: int | None = None, *, reply_to: Message | None = None
    ) -> Message:
        """Write in a group. The bot gets it only if its privacy mode allows that."""
        self._enter(group, topic)
        replied = reply_to.id if reply_to else None
        return self._world.hear(group, self.account, text, topic=topic, reply_to=replied)

    def _enter(self, group: Chat, topic: int | None) -> None:
        if self.id not in group.members:
            raise NotPossible(f"{self.name} is not a member of {group.title}.")
        if topic and topic not in group.topics:
            raise NotPossible(f"{group.title} has no such topic.")

    # Topics. Here every member of a forum may change them

    async def open_topic(self, group: Chat, name: str) -> int:
        return self._world.add_topic(group, name, by=self.account).id

    async def close_topic(self, group: Chat, topic: int) -> None:
        self._world.turn_topic(group, group.topics[topic], closed=True, by=self.account)

    async def reopen_topic(self, group: Chat, topic: int) -> None:
        self._world.turn_topic(group, group.topics[topic], closed=False, by=self.account)

    async def delete_topic(self, group: Chat, topic: int) -> None:
        self._world.delete_topic(group, group.topics[topic])

    # In their own chat

    async def share_contact(
        self, phone: str, *, of: Person | None, forwarded: bool = False
    ) -> Message:
        """Send a contact: this person, another one, or (`of=None`) somebody without Telegram."""
        self._begin()
        contact = {"phone_number": phone, "first_name": of.name if of else "Somebody"}
        origin = {
            "type": "user",
            "date": int(datetime.now(UTC).timestamp()),
            "sender_user": (of or self).account.as_json(),
        }
        return self._world.hear(
            self.chat,
            self.account,
            contact=contact | ({"user_id": of.id} if of else {}),
            forward_origin=origin if forwarded else None,
        )

    def open_app(self, message: Message | None = None) -> Opened:
        """Open the Mini App of a button under the message, or of the `menu_button`.

        Raises NotPossible if there is none.
        """
        if self.account.deactivated or self.account.blocked:
            raise NotPossible(f"{self.name} has no chat with the bot now.")
        offered = [b.app for row in message.buttons for b in row if b.app] if message else []
        if message is None and isinstance(app := self.menu_button.get("web_app"), dict):
            offered = [app["url"]]
        if not offered:
            raise NotPossible("No Mini App is offered there.")
        return Opened(offered[0], init_data(self._world.token, self.account))

    async def share_phone(self) -> Message:
        """Press a keyboard button that requests the contact."""
        return await self.share_contact(self.account.phone, of=self)

    async def share_location(self, latitude: float, longitude: float) -> Message:
        self._begin()
        location = {"latitude": latitude, "longitude": longitude}
        return self._world.hear(self.chat, self.account, location=location)

    async def type_inline(
        self,
        typed: str = "",
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - the contract's name
    ) -> InlineAnswer:
        """Type the bot's name and this text in any chat. Returns what the bot offers.

        Raises NotPossible if the bot has no inline mode, AssertionError if it does not answer
        within `timeout` seconds.
        """
        if not self._world.inline.is_on:
            raise NotPossible("The bot has no inline mode.")
        answer = inline.ask(self._world, self.account, typed)
        done, _ = await asyncio.wait((answer,), timeout=timeout)
        if not done:
            raise AssertionError(f"nothing was offered to {self.name} within {timeout} s")
        return answer.result()

    def choose(self, result: InlineResult, *, to: Person | Chat) -> Message:
        """Send a result to another person or a group, or (`to` this person) to the bot's chat."""
        if isinstance(to, Chat):
            where = to
        elif to.id == self.id:
            where = self.chat
        else:
            where = self._world.chat_between(self.account, to.account)
        return inline.choose(self._world, self.account, result, where)

    async def press(
        self,
        label: str,
        message: Message | None = None,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - the contract's name
    ) -> CallbackAnswer:
        """Press the button with this label, under `message` or the newest message that has it.

        Returns the bot's answer. Raises AssertionError if there is no such button, or if the bot
        does not answer within `timeout` seconds.
        """
        candidates = [message] if message else reversed(self.inbox)
        for candidate in candidates:
            for button in (button for row in candidate.buttons for button in row):
                if button.text == label and button.data is not None:
                    return await self.press_data(button.data, candidate, timeout)
        raise AssertionError(f"no button {label!r} to press in {self.transcript()}")

    async def press_data(
        self,
        data: str,
        message: Message | None = None,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - the contract's name
    ) -> CallbackAnswer:
        """Send any callback data, as a forged client can. Raises what `press` raises."""
        message = message or (self.inbox[-1] if self.inbox else None)
        if message is None:
            raise AssertionError(f"no message of the bot in {self.transcript()}")
        answer = await self.pressed(message.chat_id, message.id, data, timeout)
        if answer is None:
            raise AssertionError(f"{data!r} got no answer within {timeout} s, {self.transcript()}")
        return answer

    async def pressed(
        self,
        chat_id: int,
        message_id: int,
        data: str,
        within: float,
    ) -> CallbackAnswer | None:
        """The same for any message. None if the bot does not answer ``within`` seconds."""
        self.account.started = self.account.started or chat_id == self.id
        chat = self._world.chats[chat_id]
        answer = self._world.press(chat, self.account, message_id, data)
        done, _ = await asyncio.wait((answer,), timeout=within)
        return answer.result() if done else None

    def block(self) -> None:
        """Block the bot: it gets a my_chat_member update, and 403 for its messages."""
        self._world.set_blocked(self.account, True)

    def unblock(self) -> None:
        self._world.set_blocked(self.account, False)

    def deactivate(self) -> None:
        """Delete the Telegram account."""
        self.account.deactivated = True

    def rename(self, username: str | None) -> None:
        """Take a free @username, or (None) give it up. Raises NotPossible if it is taken."""
        taken = {
            account.username.lower()
            for account in self._world.accounts.values()
            if account.username and account is not self.account
        }
        if username and username.lower() in taken:
            raise NotPossible(f"@{username} is somebody else's.")
        self.account.username = username

    def _begin(self) -> None:
        if self.account.deactivated:
            raise NotPossible(f"{self.name} has no Telegram account any more.")
        if self.account.blocked:
            raise NotPossible(f"{self.name} has blocked the bot. Unblock it first.")
        self.account.started = True
