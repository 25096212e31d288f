"""The operations of the API, and what they take and give.

Made by clients/generate.py out of the API's description: do not edit.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict, cast

from trackline_client.transport import Transport


class Problem(TypedDict):
    """What went wrong (RFC 9457)."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    errors: NotRequired[list[dict[str, Any]]]


class ActionChosen(TypedDict):
    """A customer has pressed one of your own buttons."""

    type: Literal["order.action_chosen"]
    timestamp: str
    data: Chosen


class ActionNews(TypedDict):
    """A button that you offer to the customer."""

    id: str
    label: str
    url: NotRequired[str | None]


class ArrivalInfo(TypedDict):
    """An event that arrived recently, and what became of it, down to the phone."""

    event_id: str
    order_id: str | None
    order_number: str | None
    source: str
    at: str
    fate: Fate
    state: str | None
    why: str | None
    again: int
    chats: int | None
    sent: int
    held_until: str | None
    seconds: float | None


class BatchResult(TypedDict):
    """The result for each event."""

    results: list[BatchedResult]


class BatchedResult(TypedDict):
    """The answer that the event would have got by itself."""

    id: str | None
    status: int
    result: NotRequired[Literal["recorded", "duplicate", "ignored"] | None]
    detail: NotRequired[str | None]
    errors: NotRequired[list[dict[str, str]] | None]


class Carrier(TypedDict):
    """Who brings a parcel."""

    name: NotRequired[str | None]
    tracking_number: NotRequired[str | None]
    tracking_url: NotRequired[str | None]


class CarrierNews(TypedDict):
    """The carrier of a parcel. It replaces an earlier one as a whole, missing fields included."""

    name: NotRequired[str | None]
    tracking_number: NotRequired[str | None]
    tracking_url: NotRequired[str | None]


class Chosen(TypedDict):
    """The button of yours that a customer has pressed."""

    link_id: str
    customer_id: NotRequired[str | None]
    order_id: NotRequired[str | None]
    action_id: str
    label: str
    event_id: str
    parcel: NotRequired[str | None]


class CodeRequested(TypedDict):
    """Somebody has named an order and its contact. Email this code to the contact."""

    type: Literal["order.code_requested"]
    timestamp: str
    data: CodeWanted


class CodeWanted(TypedDict):
    """A code that you must email to the buyer of the order."""

    order_id: str
    code: str
    expires_at: str
    customer_id: NotRequired[str | None]


class ConsoleInfo(TypedDict):
    """The current state of the service."""

    at: str
    arrivals: list[ArrivalInfo]
    sources: list[SourceInfo]
    status_words: list[WordInfo]
    waiting: int
    oldest_seconds: float


class ContactNews(TypedDict):
    """The customer's contacts for the order. With its number, they let guests follow it. Only
    keyed hashes are stored.
    """

    email: NotRequired[str | None]
    phone: NotRequired[str | None]


class ConversationInfo(TypedDict):
    """A conversation with your staff about an order. Messages are stored only until they reach
    the other side. Then they stay in Telegram: in the customer's chat and in your group.
    """

    order_id: str
    telegram_id: int
    name: str | None
    last_at: str
    ended_by: Literal["customer", "shop", "silence"] | None
    waiting: list[str]


class CourierMoved(TypedDict):
    """The present place of the order's courier. Only the latest place is stored, until the order
    has arrived.
    """

    type: Literal["order.courier_moved"]
    timestamp: str
    data: Move


class CourierPlace(TypedDict):
    """The last place of an order's courier, and who watches it. Kept until the order arrives."""

    order_id: str
    at: str | None
    latitude: float | None
    longitude: float | None
    watched_by: list[int]


class CustomerBlocked(TypedDict):
    """A customer has blocked the bot. News is collected until they unblock it."""

    type: Literal["customer.blocked"]
    timestamp: str
    data: Member


class CustomerExport(TypedDict):
    """Everything held about a customer."""

    chats: list[LinkedChat]
    offers: list[HeldOffer]
    orders: list[OrderInfo]
    choices: list[ToldChoice]
    feedback: list[FeedbackInfo]
    shares: list[SharedOrder]
    deliveries: list[DeliveryInfo]
    dead_letters: list[DeadLetterInfo]
    events_back: list[WaitingEvent]
    conversations: list[ConversationInfo]
    couriers: list[CourierPlace]
    customer_id: str
    knows_phone: bool
    phone: KnownPhone | None


class CustomerLinked(TypedDict):
    """A customer has connected a chat, or somebody follows an order."""

    type: Literal["customer.linked"]
    timestamp: str
    data: Member


class CustomerUnblocked(TypedDict):
    """A customer has unblocked the bot."""

    type: Literal["customer.unblocked"]
    timestamp: str
    data: Member


class CustomerUnlinked(TypedDict):
    """A chat no longer gets messages."""

    type: Literal["customer.unlinked"]
    timestamp: str
    data: FormerMember


class DeadLetterInfo(TypedDict):
    """A message that could not be sent."""

    dead_letter_id: str
    order_id: str
    order_number: str | None
    since: str
    reason: str


class DeadLetterPage(TypedDict):
    """A page of dead letters, oldest first."""

    dead_letters: list[DeadLetterInfo]
    next: str | None


class Delivery(TypedDict):
    """News about an order that has reached Telegram."""

    link_id: str
    customer_id: NotRequired[str | None]
    order_id: NotRequired[str | None]
    status: str


class DeliveryInfo(TypedDict):
    """A message that Telegram has accepted. Its text is not stored."""

    link_id: str
    order_id: str
    kind: Literal["news", "reminder", "arrival"]
    sent_at: str


class DeliveryList(TypedDict):
    """What was sent, newest first."""

    deliveries: list[DeliveryInfo]


class DeliveryWindow(TypedDict):
    """When the delivery is expected; either end may be open. An end with a time is that moment,
    wherever your customer is; without one (2026-11-23) it is that day, in each customer's own
    zone.
    """

    earliest: NotRequired[str | None]
    latest: NotRequired[str | None]


class DescribedStep(TypedDict):
    """One thing that happened, as in the tracking information."""

    photo_url: NotRequired[str | None]
    payment_url: NotRequired[str | None]
    pickup: NotRequired[PickupNews | None]
    actions: NotRequired[list[ActionNews] | None]
    status: str
    timestamp: str
    note: NotRequired[str | None]
    location: NotRequired[str | None]
    parcel: NotRequired[str | None]
    carrier: NotRequired[CarrierNews | None]
    estimated_delivery: NotRequired[DeliveryWindow | None]


class EventBatch(TypedDict):
    """Many events. Those of one order are recorded in the order of the list."""

    events: list[NumberedEvent | NumberedMove]


class EventResult(TypedDict):
    """The result for an event."""

    id: str
    result: Literal["recorded", "duplicate", "ignored"]


class FeedbackGiven(TypedDict):
    """A customer has given feedback on a delivery, has changed it, or has added a comment."""

    type: Literal["feedback.given"]
    timestamp: str
    data: OpinionTold


class FeedbackInfo(TypedDict):
    """One person's feedback on one order."""

    feedback_id: str
    order_id: str
    customer_id: str | None
    rating: Literal["good", "fair", "bad"]
    comment: str | None
    given_at: str


class FeedbackPage(TypedDict):
    """A page of all feedback, oldest first."""

    feedback: list[FeedbackInfo]
    next: str | None


class FiguresInfo(TypedDict):
    """Counts for one minute or day."""

    at: str
    events: dict[str, int]
    messages: dict[str, int]
    to_phone: ToPhone
    waiting: int
    oldest_seconds: float
    linked: int | None


class FiguresOverTime(TypedDict):
    """Counts of all replicas together."""

    figures: list[FiguresInfo]
    to_phone: ToPhone


class FormerMember(TypedDict):
    """A chat that no longer gets messages."""

    link_id: str
    customer_id: NotRequired[str | None]
    order_id: NotRequired[str | None]
    reason: Literal["customer", "household", "deleted", "gone"]


class GivenMeaning(TypedDict):
    """What a word means."""

    means: Status


class GivenPhone(TypedDict):
    """A number that you have verified."""

    phone: str
    account_hint: NotRequired[str | None]


class HeldOffer(TypedDict):
    """A link on offer, kept for a day after it ends. Only hashes of its secrets are stored."""

    link_id: str
    account_hint: str | None
    expires_at: str
    used_by: int | None
    used_at: str | None


class ItemInfo(TypedDict):
    """One of the ordered items."""

    name: str
    quantity: int
    parcel: str | None
    image_url: str | None


class ItemNews(TypedDict):
    """Something that was ordered."""

    name: str
    quantity: NotRequired[int]
    parcel: NotRequired[str | None]
    image_url: NotRequired[str | None]


class KnownPhone(TypedDict):
    """A phone number, of which only a keyed hash is stored."""

    account_hint: str | None
    given_at: str


class LinkInfo(TypedDict):
    """A linked chat, or a link on offer."""

    link_id: str
    state: Literal["offered", "unconfirmed", "linked", "blocked"]
    linked_at: str | None
    expires_at: str | None


class LinkList(TypedDict):
    """All links to an account or to an order."""

    links: list[LinkInfo]


class LinkOffer(TypedDict):
    """A link on offer: as an address, as a code and, if you want, as a QR code."""

    url: str
    code: str
    expires_at: str
    link_id: str
    qr: NotRequired[QrCode | None]


class LinkRequest(TypedDict):
    """What the link is to: an account or, for guests, one order."""

    order_id: NotRequired[str | None]
    customer_id: NotRequired[str | None]
    account_hint: NotRequired[str | None]
    confirm: NotRequired[bool]
    qr: NotRequired[bool]


class LinkedChat(TypedDict):
    """A linked chat, with the person's choices."""

    link_id: str
    state: Literal["offered", "unconfirmed", "linked", "blocked"]
    linked_at: str | None
    expires_at: str | None
    account_hint: str | None
    language: str | None
    preferences: Preferences
    muted: list[str]
    followed: list[str]
    telegram_id: int
    waiting: list[str]
    live_messages: list[str]
    missed_at: list[str]


class Member(TypedDict):
    """A chat that follows an account or a single order."""

    link_id: str
    customer_id: NotRequired[str | None]
    order_id: NotRequired[str | None]


class MessageDelivered(TypedDict):
    """Telegram has accepted a message with an order's news."""

    type: Literal["message.delivered"]
    timestamp: str
    data: Delivery


class Move(TypedDict):
    """The event's data."""

    order_id: str
    latitude: float
    longitude: float
    accuracy: NotRequired[float | None]
    heading: NotRequired[float | None]


class NumberedEvent(TypedDict):
    """What happened to an order. Unknown members are ignored."""

    type: Literal["order.created", "order.status_changed", "order.updated"]
    timestamp: str
    data: OrderNews
    id: str


class NumberedMove(TypedDict):
    """Where the courier with the order is."""

    type: Literal["order.courier_moved"]
    timestamp: str
    data: Move
    id: str


class OpinionTold(TypedDict):
    """A customer's feedback on a delivery."""

    link_id: str
    customer_id: NotRequired[str | None]
    order_id: NotRequired[str | None]
    feedback_id: str
    rating: Literal["good", "fair", "bad"]
    comment: str | None


class OrderDescription(TypedDict):
    """An order as a whole."""

    customer_id: NotRequired[str | None]
    order_number: NotRequired[str | None]
    items: NotRequired[int | list[ItemNews] | None]
    contact: NotRequired[ContactNews | None]
    carrier: NotRequired[CarrierNews | None]
    estimated_delivery: NotRequired[DeliveryWindow | None]
    tracking_info: list[DescribedStep]
    notify: NotRequired[bool]


class OrderEvent(TypedDict):
    """Something that happened to an order. Unknown members are ignored."""

    type: Literal["order.created", "order.status_changed", "order.updated"]
    timestamp: str
    data: OrderNews


class OrderExport(TypedDict):
    """Everything held about an order and about those who follow only this order."""

    chats: list[LinkedChat]
    offers: list[HeldOffer]
    orders: list[OrderInfo]
    choices: list[ToldChoice]
    feedback: list[FeedbackInfo]
    shares: list[SharedOrder]
    deliveries: list[DeliveryInfo]
    dead_letters: list[DeadLetterInfo]
    events_back: list[WaitingEvent]
    conversations: list[ConversationInfo]
    couriers: list[CourierPlace]


class OrderFeedback(TypedDict):
    """The feedback on one order. Each person of a household may give their own."""

    feedback: list[FeedbackInfo]


class OrderInfo(TypedDict):
    """An order with its tracking information."""

    order_id: str
    order_number: str
    status: str
    estimated_delivery: Window | None
    carrier: Carrier | None
    parcels: list[ParcelInfo]
    tracking_info: list[TrackingStep]
    customer_id: str | None
    items: int | None
    goods: list[ItemInfo]
    is_open: bool
    first_told_at: str


class OrderNews(TypedDict):
    """The event's data."""

    photo_url: NotRequired[str | None]
    payment_url: NotRequired[str | None]
    pickup: NotRequired[PickupNews | None]
    actions: NotRequired[list[ActionNews] | None]
    order_id: str
    customer_id: NotRequired[str | None]
    order_number: NotRequired[str | None]
    status: NotRequired[str | None]
    occurred_at: NotRequired[str | None]
    parcel: NotRequired[str | None]
    note: NotRequired[str | None]
    location: NotRequired[str | None]
    carrier: NotRequired[CarrierNews | None]
    estimated_delivery: NotRequired[DeliveryWindow | None]
    items: NotRequired[int | list[ItemNews] | None]
    contact: NotRequired[ContactNews | None]
    notify: NotRequired[bool]


class OrderPage(TypedDict):
    """A page of a customer's orders."""

    orders: list[OrderInfo]
    next: str | None


class OrderResult(TypedDict):
    """The result for the description."""

    order_id: str
    result: Literal["created", "replaced", "unchanged"]


class ParcelInfo(TypedDict):
    """One of several parcels."""

    parcel: str
    status: str
    carrier: Carrier | None


class PickupNews(TypedDict):
    """Where and until when the customer can pick the order up."""

    name: NotRequired[str | None]
    address: NotRequired[str | None]
    map_url: NotRequired[str | None]
    hours: NotRequired[str | None]
    until: NotRequired[str | None]
    code: NotRequired[str | None]


class Preferences(TypedDict):
    """How a person wants to be notified. language, timezone: None until they choose. hear: about
    every change, the main steps, delivery and problems only, or nothing. silent: without a
    sound. quiet: the hours between which nothing is sent, in their time zone (22 to 7: (22,
    7)). cards: one message per order that is kept up to date, instead of new messages.
    digest: the hour of one message a day instead of many, in their time zone.
    """

    language: NotRequired[str | None]
    timezone: NotRequired[str | None]
    hear: NotRequired[Literal["all", "main", "important", "none"]]
    silent: NotRequired[bool]
    quiet: NotRequired[list[Any] | None]
    problems_break_quiet: NotRequired[bool]
    cards: NotRequired[bool]
    digest: NotRequired[int | None]
    reminders: NotRequired[bool]


class PrivacyRequestInfo(TypedDict):
    """A request of a shop system about people's data."""

    request_id: str
    kind: Literal["copy", "erase_all"]
    source: str
    customer_id: str | None
    order_ids: list[str]
    asked_at: str
    until: str


class PrivacyRequestList(TypedDict):
    """All open requests, oldest first."""

    privacy_requests: list[PrivacyRequestInfo]


class QrCode(TypedDict):
    """The link's address, for a page, a mail or a printed slip."""

    svg: str
    png: str


class SentAgain(TypedDict):
    """The result."""

    result: Literal["waiting", "unlinked"]


class SharedOrder(TypedDict):
    """A link that shows an order's progress to others. Only a hash of its secret is stored."""

    order_id: str
    created_at: str
    expires_at: str
    shared_by: int | None
    waiting: int


class SharedPage(TypedDict):
    """The tracking page of an order, for everybody with its address."""

    url: str
    expires_at: str


class ShownProof(TypedDict):
    """What the customer has typed."""

    proof: str


class SourceInfo(TypedDict):
    """When a source last sent something. Null: never, as far as is known."""

    source: str
    event_at: str | None
    unread_at: str | None
    refused_at: str | None


class StoriesFound(TypedDict):
    """The story of the order with this id, or of all orders with this number."""

    stories: list[StoryInfo]


class StoryInfo(TypedDict):
    """The whole story of an order, without anything personal."""

    order_id: str
    order_number: str
    status: str
    linked: int
    hearing: int
    steps: list[StoryStep]
    messages: list[StoryMessage]


class StoryMessage(TypedDict):
    """A message about the order to one chat: sent, waiting, or given up."""

    chat: str
    kind: Literal["news", "reminder", "arrival"]
    became: Literal["told", "over", "waiting", "held", "paused", "dead"]
    at: str | None
    until: str | None
    why: str | None


class StoryStep(TypedDict):
    """An event that was recorded."""

    event_id: str
    status: str | None
    happened_at: str
    recorded_at: str
    parcel: int | None
    source: str | None
    is_news: bool


class Taken(TypedDict):
    """The result for an event."""

    result: Literal["recorded", "duplicate", "ignored"]


class ToPhone(TypedDict):
    """Approximate seconds between recording an event and Telegram having its message."""

    p50: float | None
    p95: float | None
    p99: float | None


class ToldChoice(TypedDict):
    """A button of yours that was pressed, and sent to you. Who pressed it is not stored."""

    order_id: str
    event_id: str
    action_id: str
    chosen_at: str


class TrackingInfo(TypedDict):
    """An order's tracking information."""

    order_id: str
    order_number: str
    status: str
    estimated_delivery: Window | None
    carrier: Carrier | None
    parcels: list[ParcelInfo]
    tracking_info: list[TrackingStep]
    items: list[ItemInfo]


class TrackingStep(TypedDict):
    """One thing that happened."""

    status: str
    timestamp: str
    note: str | None
    location: str | None
    parcel: str | None


class WaitingEvent(TypedDict):
    """An event for your webhook that you have not accepted yet."""

    type: str
    at: str


class Window(TypedDict):
    """When a delivery is expected; either end may be open. Each end is a time, or a day, which
    is the same day in every time zone.
    """

    earliest: NotRequired[str | None]
    latest: NotRequired[str | None]


class WordInfo(TypedDict):
    """A word for a state."""

    word: str
    means: Status | None
    count: int
    seen_at: str | None


class WordList(TypedDict):
    """Unknown words, the latest first, followed by those that were given a meaning here."""

    status_words: list[WordInfo]


Fate = Literal[
    "duplicate",
    "ignored",
    "refused",
    "no_news",
    "nobody",
    "on_its_way",
    "held",
    "failed",
    "undelivered",
    "paused",
    "unwanted",
    "sent",
]


PostedEvent = OrderEvent | CourierMoved


Status = Literal[
    "payment_due",
    "placed",
    "confirmed",
    "processing",
    "packed",
    "shipped",
    "in_transit",
    "out_for_delivery",
    "ready_for_pickup",
    "attempt_failed",
    "delayed",
    "no_news",
    "on_hold",
    "problem",
    "delivered",
    "returned",
    "refunded",
    "cancelled",
]


TakenEvent = NumberedEvent | NumberedMove


class Operations(Transport):
    """A method for each operation."""

    def put_order(
        self, order_id: str, body: OrderDescription, *, idempotency_key: str | None = None
    ) -> OrderResult:
        """Create an order, or replace everything that is known about it. PUT
        /api/v1/orders/{order_id}
        """
        return cast(
            OrderResult,
            self.request(
                "PUT", f"/api/v1/orders/{self.quoted(order_id)}", body=body, key=idempotency_key
            ),
        )

    def get_order(self, order_id: str) -> OrderInfo:
        """Read an order with its tracking information, by its id (not by its number). GET
        /api/v1/orders/{order_id}
        """
        return cast(OrderInfo, self.request("GET", f"/api/v1/orders/{self.quoted(order_id)}"))

    def erase_order(self, order_id: str, *, idempotency_key: str | None = None) -> None:
        """Erase everything held about an order, and about those who follow only this order, for
        good. DELETE /api/v1/orders/{order_id}
        """
        self.request("DELETE", f"/api/v1/orders/{self.quoted(order_id)}", key=idempotency_key)

    def list_orders(
        self, *, after: str | None = None, limit: int | None = None, customer_id: str
    ) -> OrderPage:
        """List a customer's orders, by when they were first received, oldest first. GET
        /api/v1/orders
        """
        return cast(
            OrderPage,
            self.request(
                "GET",
                "/api/v1/orders",
                query={"after": after, "limit": limit, "customer_id": customer_id},
            ),
        )

    def get_tracking(self, order_id: str) -> TrackingInfo:
        """Read only an order's tracking information. GET /api/v1/orders/{order_id}/tracking"""
        return cast(
            TrackingInfo, self.request("GET", f"/api/v1/orders/{self.quoted(order_id)}/tracking")
        )

    def record_event(self, body: TakenEvent, *, idempotency_key: str | None = None) -> EventResult:
        """Record one event of an order, and notify the customer. POST /api/v1/events"""
        return cast(
            EventResult, self.request("POST", "/api/v1/events", body=body, key=idempotency_key)
        )

    def record_events(self, body: EventBatch, *, idempotency_key: str | None = None) -> BatchResult:
        """Record up to 500 events; each gets its own result. POST /api/v1/events/batch"""
        return cast(
            BatchResult,
            self.request("POST", "/api/v1/events/batch", body=body, key=idempotency_key),
        )

    def create_link(self, body: LinkRequest, *, idempotency_key: str | None = None) -> LinkOffer:
        """Create a link that connects one chat to an account, once, or any number of chats to an
        order. POST /api/v1/links
        """
        return cast(
            LinkOffer, self.request("POST", "/api/v1/links", body=body, key=idempotency_key)
        )

    def list_links(self, customer_id: str) -> LinkList:
        """List the chats that are linked to a customer, and the links on offer. GET
        /api/v1/customers/{customer_id}/links
        """
        return cast(
            LinkList, self.request("GET", f"/api/v1/customers/{self.quoted(customer_id)}/links")
        )

    def confirm_link(
        self,
        customer_id: str,
        link_id: str,
        body: ShownProof,
        *,
        idempotency_key: str | None = None,
    ) -> None:
        """Confirm a link that was created with confirm, after somebody agreed to it in a chat.
        POST /api/v1/customers/{customer_id}/links/{link_id}/confirm
        """
        self.request(
            "POST",
            f"/api/v1/customers/{self.quoted(customer_id)}/links/{self.quoted(link_id)}/confirm",
            body=body,
            key=idempotency_key,
        )

    def end_link(
        self, customer_id: str, link_id: str, *, idempotency_key: str | None = None
    ) -> None:
        """End a link, or withdraw an offer. The chat is told that nothing more will arrive.
        DELETE /api/v1/customers/{customer_id}/links/{link_id}
        """
        self.request(
            "DELETE",
            f"/api/v1/customers/{self.quoted(customer_id)}/links/{self.quoted(link_id)}",
            key=idempotency_key,
        )

    def list_order_links(self, order_id: str) -> LinkList:
        """List the chats that follow this one order, and the links to it on offer. GET
        /api/v1/orders/{order_id}/links
        """
        return cast(LinkList, self.request("GET", f"/api/v1/orders/{self.quoted(order_id)}/links"))

    def end_order_link(
        self, order_id: str, link_id: str, *, idempotency_key: str | None = None
    ) -> None:
        """End a link to an order, or withdraw an offer. Withdrawing it ends no link made through
        it. DELETE /api/v1/orders/{order_id}/links/{link_id}
        """
        self.request(
            "DELETE",
            f"/api/v1/orders/{self.quoted(order_id)}/links/{self.quoted(link_id)}",
            key=idempotency_key,
        )

    def share_order(self, order_id: str, *, idempotency_key: str | None = None) -> SharedPage:
        """Get the address of an order's tracking page, for your own emails. POST
        /api/v1/orders/{order_id}/shares
        """
        return cast(
            SharedPage,
            self.request(
                "POST", f"/api/v1/orders/{self.quoted(order_id)}/shares", key=idempotency_key
            ),
        )

    def erase_customer(self, customer_id: str, *, idempotency_key: str | None = None) -> None:
        """Erase everything held about a customer, for good. DELETE
        /api/v1/customers/{customer_id}
        """
        self.request("DELETE", f"/api/v1/customers/{self.quoted(customer_id)}", key=idempotency_key)

    def set_phone(
        self, customer_id: str, body: GivenPhone, *, idempotency_key: str | None = None
    ) -> None:
        """Set a customer's phone number, replacing a previous one. PUT
        /api/v1/customers/{customer_id}/phone
        """
        self.request(
            "PUT",
            f"/api/v1/customers/{self.quoted(customer_id)}/phone",
            body=body,
            key=idempotency_key,
        )

    def remove_phone(self, customer_id: str, *, idempotency_key: str | None = None) -> None:
        """Remove a customer's phone number, so that it is no longer recognised. DELETE
        /api/v1/customers/{customer_id}/phone
        """
        self.request(
            "DELETE", f"/api/v1/customers/{self.quoted(customer_id)}/phone", key=idempotency_key
        )

    def export_customer(self, customer_id: str) -> CustomerExport:
        """Read everything held about a customer. GET /api/v1/customers/{customer_id}/export"""
        return cast(
            CustomerExport,
            self.request("GET", f"/api/v1/customers/{self.quoted(customer_id)}/export"),
        )

    def export_order(self, order_id: str) -> OrderExport:
        """Read everything held about an order, for guests, who have no account. GET
        /api/v1/orders/{order_id}/export
        """
        return cast(
            OrderExport, self.request("GET", f"/api/v1/orders/{self.quoted(order_id)}/export")
        )

    def list_privacy_requests(self) -> PrivacyRequestList:
        """List the requests of shop systems that need your attention. GET
        /api/v1/privacy-requests
        """
        return cast(PrivacyRequestList, self.request("GET", "/api/v1/privacy-requests"))

    def end_privacy_request(self, request_id: str, *, idempotency_key: str | None = None) -> None:
        """End a request: the copy was handed over, or the shop has not left its system after
        all. DELETE /api/v1/privacy-requests/{request_id}
        """
        self.request(
            "DELETE", f"/api/v1/privacy-requests/{self.quoted(request_id)}", key=idempotency_key
        )

    def list_deliveries(self, customer_id: str) -> DeliveryList:
        """List the messages sent to a customer, newest first: the last 50 for each linked chat.
        GET /api/v1/customers/{customer_id}/deliveries
        """
        return cast(
            DeliveryList,
            self.request("GET", f"/api/v1/customers/{self.quoted(customer_id)}/deliveries"),
        )

    def list_feedback(self, *, after: str | None = None, limit: int | None = None) -> FeedbackPage:
        """List what customers said of their deliveries, oldest first. GET /api/v1/feedback"""
        return cast(
            FeedbackPage,
            self.request("GET", "/api/v1/feedback", query={"after": after, "limit": limit}),
        )

    def list_order_feedback(self, order_id: str) -> OrderFeedback:
        """List the feedback on one order. GET /api/v1/orders/{order_id}/feedback"""
        return cast(
            OrderFeedback, self.request("GET", f"/api/v1/orders/{self.quoted(order_id)}/feedback")
        )

    def list_dead_letters(
        self, *, after: str | None = None, limit: int | None = None
    ) -> DeadLetterPage:
        """List the messages that could not be sent, and why, oldest first. GET
        /api/v1/dead-letters
        """
        return cast(
            DeadLetterPage,
            self.request("GET", "/api/v1/dead-letters", query={"after": after, "limit": limit}),
        )

    def send_dead_letter_again(
        self, dead_letter_id: str, *, idempotency_key: str | None = None
    ) -> SentAgain:
        """Send one again, with the current state of the order. POST
        /api/v1/dead-letters/{dead_letter_id}/send-again
        """
        return cast(
            SentAgain,
            self.request(
                "POST",
                f"/api/v1/dead-letters/{self.quoted(dead_letter_id)}/send-again",
                key=idempotency_key,
            ),
        )

    def remove_dead_letter(
        self, dead_letter_id: str, *, idempotency_key: str | None = None
    ) -> None:
        """Delete one that is no longer needed. DELETE /api/v1/dead-letters/{dead_letter_id}"""
        self.request(
            "DELETE", f"/api/v1/dead-letters/{self.quoted(dead_letter_id)}", key=idempotency_key
        )

    def get_console(self) -> ConsoleInfo:
        """Read what arrived recently, what is waiting, and the state of each source. GET
        /api/v1/console
        """
        return cast(ConsoleInfo, self.request("GET", "/api/v1/console"))

    def list_figures(
        self, *, each: Literal["minute", "day"] | None = None, count: int | None = None
    ) -> FiguresOverTime:
        """Read counts over time: events, messages, seconds to the phone, and linked chats. GET
        /api/v1/console/figures
        """
        return cast(
            FiguresOverTime,
            self.request("GET", "/api/v1/console/figures", query={"each": each, "count": count}),
        )

    def list_stories(self, *, order: str) -> StoriesFound:
        """Read an order's whole story: every event, and every message that was sent or waits.
        GET /api/v1/console/stories
        """
        return cast(
            StoriesFound, self.request("GET", "/api/v1/console/stories", query={"order": order})
        )

    def list_status_words(self) -> WordList:
        """List unknown words for states, and those that were given a meaning here. GET
        /api/v1/status-words
        """
        return cast(WordList, self.request("GET", "/api/v1/status-words"))

    def set_status_word(
        self, word: str, body: GivenMeaning, *, idempotency_key: str | None = None
    ) -> None:
        """Set what a word for a state means, for past and future events. PUT
        /api/v1/status-words/{word}
        """
        self.request(
            "PUT", f"/api/v1/status-words/{self.quoted(word)}", body=body, key=idempotency_key
        )

    def remove_status_word(self, word: str, *, idempotency_key: str | None = None) -> None:
        """Remove the meaning of a word: orders show the word itself again. DELETE
        /api/v1/status-words/{word}
        """
        self.request("DELETE", f"/api/v1/status-words/{self.quoted(word)}", key=idempotency_key)
