// Made by clients/generate.py out of the API's description: do not edit.
/** What went wrong (RFC 9457). */
export interface Problem {
  type: "about:blank";
  /** The status in words. */
  title: string;
  status: number;
  /** What was wrong, for people to read. */
  detail: string;
  /** For 422: each field that is missing or wrong. */
  errors?: Array<{ field: string; problem: string }>;
}

/** A customer has pressed one of your own buttons. */
export interface ActionChosen {
  type: "order.action_chosen";
  timestamp: string;
  data: Chosen;
}

/** A button that you offer to the customer. */
export interface ActionNews {
  id: string;
  /** The text on the button. */
  label: string;
  /** An https address that the button opens. Without one, you are told when it is pressed. */
  url?: string | null;
}

/** An event that arrived recently, and what became of it, down to the phone. */
export interface ArrivalInfo {
  /** The event's id; if it could not be read, the id of the request. */
  event_id: string;
  order_id: string | null;
  /** The number that customers use. Null: there is none, or it was not looked up. */
  order_number: string | null;
  /** A shop system's name, `webhook`, `api`, or `book` (read from the shop's own orders). */
  source: string;
  at: string;
  /** `no_news`: stored, but there is nothing to send. `nobody`: no chat is connected. `held`: it is sent later, because of quiet hours or a daily summary. `failed`: it will be tried again. `paused`: it waits, as the customer has blocked the bot or cannot be reached. `sent`: Telegram has it. */
  fate: Fate;
  /** The state as it was stored. Null: it has none, or was not recorded. */
  state: string | null;
  /** What was wrong with it. */
  why: string | null;
  /** How often it came again. */
  again: number;
  /** The number of chats that it is news for. Null: it is no news. */
  chats: number | null;
  /** The number of chats that have got it. */
  sent: number;
  /** When the last chat that gets it later will get it. Null: there is none. */
  held_until: string | null;
  /** Seconds until the last chat got it. */
  seconds: number | null;
}

/** The result for each event. */
export interface BatchResult {
  /** In the order of the events. */
  results: Array<BatchedResult>;
}

/** The answer that the event would have got by itself. */
export interface BatchedResult {
  /** Null if the event could not be read. */
  id: string | null;
  /** The HTTP status. */
  status: number;
  result?: "recorded" | "duplicate" | "ignored" | null;
  detail?: string | null;
  errors?: Array<Record<string, string>> | null;
}

/** Who brings a parcel. */
export interface Carrier {
  name?: string | null;
  tracking_number?: string | null;
  tracking_url?: string | null;
}

/** The carrier of a parcel. It replaces an earlier one as a whole, missing fields included. */
export interface CarrierNews {
  name?: string | null;
  tracking_number?: string | null;
  /** An http or https address that the customer can open. */
  tracking_url?: string | null;
}

/** The button of yours that a customer has pressed. */
export interface Chosen {
  /** The link of the chat. */
  link_id: string;
  /** Absent for a guest's order. */
  customer_id?: string | null;
  /** Present if the chat follows a single order. */
  order_id?: string | null;
  action_id: string;
  label: string;
  /** The `webhook-id` of the event that the button came with. */
  event_id: string;
  parcel?: string | null;
}

/** Somebody has named an order and its contact. Email this code to the contact. */
export interface CodeRequested {
  type: "order.code_requested";
  timestamp: string;
  data: CodeWanted;
}

/** A code that you must email to the buyer of the order. */
export interface CodeWanted {
  order_id: string;
  code: string;
  expires_at: string;
  customer_id?: string | null;
}

/** The current state of the service. */
export interface ConsoleInfo {
  /** The time now, by the service's clock. */
  at: string;
  /** The latest hundred, newest first. Those of other replicas are a few seconds behind. */
  arrivals: Array<ArrivalInfo>;
  sources: Array<SourceInfo>;
  /** Unknown words for states, followed by those that were given a meaning. */
  status_words: Array<WordInfo>;
  /** Messages that are due and not sent yet; 1000 means 1000 or more. */
  waiting: number;
  /** How long the oldest of them has waited. */
  oldest_seconds: number;
}

/** The customer's contacts for the order. With its number, they let guests follow it. Only keyed hashes are stored. */
export interface ContactNews {
  email?: string | null;
  /** In any form. */
  phone?: string | null;
}

/** A conversation with your staff about an order. Messages are stored only until they reach the other side. Then they stay in Telegram: in the customer's chat and in your group. */
export interface ConversationInfo {
  order_id: string;
  /** The customer's Telegram id. */
  telegram_id: number;
  /** The customer's first name, if they let you see it. */
  name: string | null;
  /** When the last message was written, or the conversation was opened. */
  last_at: string;
  ended_by: "customer" | "shop" | "silence" | null;
  /** Messages that have not reached the other side yet: their texts, or their captions. */
  waiting: Array<string>;
}

/** The present place of the order's courier. Only the latest place is stored, until the order has arrived. */
export interface CourierMoved {
  type: "order.courier_moved";
  /** When the courier was there. A place older than the latest one is ignored. */
  timestamp: string;
  data: Move;
}

/** The last place of an order's courier, and who watches it. Kept until the order arrives. */
export interface CourierPlace {
  order_id: string;
  at: string | null;
  latitude: number | null;
  longitude: number | null;
  /** Telegram ids. */
  watched_by: Array<number>;
}

/** A customer has blocked the bot. News is collected until they unblock it. */
export interface CustomerBlocked {
  type: "customer.blocked";
  timestamp: string;
  data: Member;
}

/** Everything held about a customer. */
export interface CustomerExport {
  chats: Array<LinkedChat>;
  offers: Array<HeldOffer>;
  orders: Array<OrderInfo>;
  choices: Array<ToldChoice>;
  feedback: Array<FeedbackInfo>;
  shares: Array<SharedOrder>;
  deliveries: Array<DeliveryInfo>;
  dead_letters: Array<DeadLetterInfo>;
  events_back: Array<WaitingEvent>;
  conversations: Array<ConversationInfo>;
  couriers: Array<CourierPlace>;
  customer_id: string;
  knows_phone: boolean;
  phone: KnownPhone | null;
}

/** A customer has connected a chat, or somebody follows an order. */
export interface CustomerLinked {
  type: "customer.linked";
  timestamp: string;
  data: Member;
}

/** A customer has unblocked the bot. */
export interface CustomerUnblocked {
  type: "customer.unblocked";
  timestamp: string;
  data: Member;
}

/** A chat no longer gets messages. */
export interface CustomerUnlinked {
  type: "customer.unlinked";
  timestamp: string;
  data: FormerMember;
}

/** A message that could not be sent. */
export interface DeadLetterInfo {
  dead_letter_id: string;
  order_id: string;
  /** The number that customers use. Null: the order is gone. */
  order_number: string | null;
  since: string;
  /** Telegram's error, or the kind of our own error. */
  reason: string;
}

/** A page of dead letters, oldest first. */
export interface DeadLetterPage {
  dead_letters: Array<DeadLetterInfo>;
  /** Pass this as `after` to get what follows. Null if there has never been anything. */
  next: string | null;
}

/** News about an order that has reached Telegram. */
export interface Delivery {
  /** The link of the chat. */
  link_id: string;
  /** Absent for a guest's order. */
  customer_id?: string | null;
  /** Present if the chat follows a single order. */
  order_id?: string | null;
  /** The status in the message. */
  status: string;
}

/** A message that Telegram has accepted. Its text is not stored. */
export interface DeliveryInfo {
  link_id: string;
  order_id: string;
  /** `news` about the order, a `reminder` of its delivery, or its `arrival`, for a chat that waits for a shared order. */
  kind: "news" | "reminder" | "arrival";
  sent_at: string;
}

/** What was sent, newest first. */
export interface DeliveryList {
  deliveries: Array<DeliveryInfo>;
}

/** When the delivery is expected; either end may be open. An end with a time is that moment, wherever your customer is; without one (`2026-11-23`) it is that day, in each customer's own zone. */
export interface DeliveryWindow {
  earliest?: string | null;
  latest?: string | null;
}

/** One thing that happened, as in the tracking information. */
export interface DescribedStep {
  /** The https address of a photo that proves the delivery: JPEG, PNG or WebP, up to 10 MB. It is fetched when the news is sent, as its caption, and when the customer asks for it. */
  photo_url?: string | null;
  /** The https address where the customer can pay while a payment is due. */
  payment_url?: string | null;
  pickup?: PickupNews | null;
  /** All buttons that the customer has from now on. An empty list removes them. */
  actions?: Array<ActionNews> | null;
  /** A state, as in an event. */
  status: string;
  /** When it happened, at most a day ahead. */
  timestamp: string;
  note?: string | null;
  location?: string | null;
  parcel?: string | null;
  carrier?: CarrierNews | null;
  estimated_delivery?: DeliveryWindow | null;
}

/** Many events. Those of one order are recorded in the order of the list. */
export interface EventBatch {
  events: Array<NumberedEvent | NumberedMove>;
}

/** The result for an event. */
export interface EventResult {
  id: string;
  /** `ignored`: a courier's place that is outdated, or whose order is not out for delivery. */
  result: "recorded" | "duplicate" | "ignored";
}

/** The overall result of an event, as far as it is known. */
export type Fate = "duplicate" | "ignored" | "refused" | "no_news" | "nobody" | "on_its_way" | "held" | "failed" | "undelivered" | "paused" | "unwanted" | "sent";

/** A customer has given feedback on a delivery, has changed it, or has added a comment. */
export interface FeedbackGiven {
  type: "feedback.given";
  timestamp: string;
  data: OpinionTold;
}

/** One person's feedback on one order. */
export interface FeedbackInfo {
  /** Stays the same when the feedback changes. */
  feedback_id: string;
  order_id: string;
  /** Null for a guest's order. */
  customer_id: string | null;
  rating: "good" | "fair" | "bad";
  /** In the customer's own words. */
  comment: string | null;
  /** When it was given, or last changed or commented on. */
  given_at: string;
}

/** A page of all feedback, oldest first. */
export interface FeedbackPage {
  feedback: Array<FeedbackInfo>;
  /** Pass this as `after` to get what follows. Null if there has never been anything. */
  next: string | null;
}

/** Counts for one minute or day. */
export interface FiguresInfo {
  /** When it began. */
  at: string;
  /** The number of events by result: `recorded`, `duplicate`, `ignored`, `refused`. */
  events: Record<string, number>;
  /** The number of messages by outcome: `sent`, `retried`, `blocked`, `gone`, `dead`. */
  messages: Record<string, number>;
  to_phone: ToPhone;
  /** The highest number of waiting messages that was measured. */
  waiting: number;
  /** The longest wait of a message that was measured. */
  oldest_seconds: number;
  /** The number of linked chats at the end. Null: it was not counted. */
  linked: number | null;
}

/** Counts of all replicas together. */
export interface FiguresOverTime {
  /** Oldest first, the current one last. */
  figures: Array<FiguresInfo>;
  /** For the whole period. */
  to_phone: ToPhone;
}

/** A chat that no longer gets messages. */
export interface FormerMember {
  /** The link of the chat. */
  link_id: string;
  /** Absent for a guest's order. */
  customer_id?: string | null;
  /** Present if the chat follows a single order. */
  order_id?: string | null;
  reason: "customer" | "household" | "deleted" | "gone";
}

/** What a word means. */
export interface GivenMeaning {
  means: Status;
}

/** A number that you have verified. */
export interface GivenPhone {
  /** In the international form. Only a keyed hash of it is stored. */
  phone: string;
  /** How the customer knows the account, masked by you. The bot shows it before they agree. */
  account_hint?: string | null;
}

/** A link on offer, kept for a day after it ends. Only hashes of its secrets are stored. */
export interface HeldOffer {
  link_id: string;
  account_hint: string | null;
  expires_at: string;
  /** The Telegram id of the person who agreed to it. */
  used_by: number | null;
  used_at: string | null;
}

/** One of the ordered items. */
export interface ItemInfo {
  name: string;
  quantity: number;
  /** The parcel that contains it; null: in none yet, or unknown. An item in two parcels is listed twice. */
  parcel: string | null;
  image_url: string | null;
}

/** Something that was ordered. */
export interface ItemNews {
  /** The name that the customer knows. No price, and nothing about a person. */
  name: string;
  quantity?: number;
  /** The parcel that it is in. */
  parcel?: string | null;
  /** An https address. */
  image_url?: string | null;
}

/** A phone number, of which only a keyed hash is stored. */
export interface KnownPhone {
  account_hint: string | null;
  given_at: string;
}

/** A linked chat, or a link on offer. */
export interface LinkInfo {
  link_id: string;
  /** `offered`: nobody has agreed yet. `unconfirmed`: somebody has agreed, and you must confirm. `linked`: the chat gets messages. `blocked`: it is linked, but the person has blocked the bot. */
  state: "offered" | "unconfirmed" | "linked" | "blocked";
  /** Null if it is only an offer. */
  linked_at: string | null;
  /** When the offer ends. */
  expires_at: string | null;
}

/** All links to an account or to an order. */
export interface LinkList {
  links: Array<LinkInfo>;
}

/** A link on offer: as an address, as a code and, if you want, as a QR code. */
export interface LinkOffer {
  /** The address to open in a browser. */
  url: string;
  /** A code to type in the chat instead: `/link K7WM-3XQP`. */
  code: string;
  expires_at: string;
  /** The link's id, to confirm or end it. */
  link_id: string;
  /** Null unless you asked for it. */
  qr?: QrCode | null;
}

/** What the link is to: an account or, for guests, one order. */
export interface LinkRequest {
  /** Instead of `customer_id`: a link to this order, for any number of chats. The order need not exist yet. */
  order_id?: string | null;
  /** Your id of the customer who is signed in: a link to their account, for one chat, once. */
  customer_id?: string | null;
  /** How they know the account, masked by you. The bot shows it before they agree. */
  account_hint?: string | null;
  /** If true, the link only works after you have confirmed it, with the code that the chat shows. Not possible with an order. */
  confirm?: boolean;
  /** Whether to return the address as a QR code, too. */
  qr?: boolean;
}

/** A linked chat, with the person's choices. */
export interface LinkedChat {
  link_id: string;
  /** `offered`: nobody has agreed yet. `unconfirmed`: somebody has agreed, and you must confirm. `linked`: the chat gets messages. `blocked`: it is linked, but the person has blocked the bot. */
  state: "offered" | "unconfirmed" | "linked" | "blocked";
  /** Null if it is only an offer. */
  linked_at: string | null;
  /** When the offer ends. */
  expires_at: string | null;
  account_hint: string | null;
  /** The phone's. */
  language: string | null;
  preferences: Preferences;
  /** Ids of orders. */
  muted: Array<string>;
  /** Ids of orders. */
  followed: Array<string>;
  /** The person's Telegram id. In a household, each chat has its own. */
  telegram_id: number;
  /** Ids of orders with a message waiting to be sent. */
  waiting: Array<string>;
  /** Ids of orders with a message here that is kept up to date. */
  live_messages: Array<string>;
  /** The last times when the person asked for an order that was not found. */
  missed_at: Array<string>;
}

/** A chat that follows an account or a single order. */
export interface Member {
  /** The link of the chat. */
  link_id: string;
  /** Absent for a guest's order. */
  customer_id?: string | null;
  /** Present if the chat follows a single order. */
  order_id?: string | null;
}

/** Telegram has accepted a message with an order's news. */
export interface MessageDelivered {
  type: "message.delivered";
  timestamp: string;
  data: Delivery;
}

/** The event's `data`. */
export interface Move {
  order_id: string;
  latitude: number;
  longitude: number;
  /** The accuracy: the courier is within this radius, in metres. */
  accuracy?: number | null;
  /** The direction of movement in degrees: 0 or 360 is north, 90 is east. */
  heading?: number | null;
}

/** What happened to an order. Unknown members are ignored. */
export interface NumberedEvent {
  /** `order.created`: without a `status` it means "placed", unless the order has a state. `order.status_changed` needs a `status`. `order.updated`: a note, a carrier, a new day … */
  type: "order.created" | "order.status_changed" | "order.updated";
  /** When the event was created. */
  timestamp: string;
  data: OrderNews;
  /** The event's own id. Sending it again with the same id changes nothing. */
  id: string;
}

/** Where the courier with the order is. */
export interface NumberedMove {
  type: "order.courier_moved";
  /** When the courier was there. A place older than the latest one is ignored. */
  timestamp: string;
  data: Move;
  /** The event's own id. */
  id: string;
}

/** A customer's feedback on a delivery. */
export interface OpinionTold {
  /** The link of the chat. */
  link_id: string;
  /** Absent for a guest's order. */
  customer_id?: string | null;
  /** Present if the chat follows a single order. */
  order_id?: string | null;
  feedback_id: string;
  rating: "good" | "fair" | "bad";
  comment: string | null;
}

/** An order as a whole. */
export interface OrderDescription {
  /** The customer's account. Null or left out: the order has none. */
  customer_id?: string | null;
  /** The number that the customer knows. Default: the order's id. */
  order_number?: string | null;
  /** The number of things ordered, or a list of them. */
  items?: number | Array<ItemNews> | null;
  contact?: ContactNews | null;
  /** For the whole order. A step may have its own. */
  carrier?: CarrierNews | null;
  /** For the whole order. A step may have its own. */
  estimated_delivery?: DeliveryWindow | null;
  /** Everything that happened, in any order. */
  tracking_info: Array<DescribedStep>;
  /** False: notify nobody. */
  notify?: boolean;
}

/** Something that happened to an order. Unknown members are ignored. */
export interface OrderEvent {
  /** `order.created`: without a `status` it means "placed", unless the order has a state. `order.status_changed` needs a `status`. `order.updated`: a note, a carrier, a new day … */
  type: "order.created" | "order.status_changed" | "order.updated";
  /** When the event was created. */
  timestamp: string;
  data: OrderNews;
}

/** Everything held about an order and about those who follow only this order. */
export interface OrderExport {
  chats: Array<LinkedChat>;
  offers: Array<HeldOffer>;
  orders: Array<OrderInfo>;
  choices: Array<ToldChoice>;
  feedback: Array<FeedbackInfo>;
  shares: Array<SharedOrder>;
  deliveries: Array<DeliveryInfo>;
  dead_letters: Array<DeadLetterInfo>;
  events_back: Array<WaitingEvent>;
  conversations: Array<ConversationInfo>;
  couriers: Array<CourierPlace>;
}

/** The feedback on one order. Each person of a household may give their own. */
export interface OrderFeedback {
  feedback: Array<FeedbackInfo>;
}

/** An order with its tracking information. */
export interface OrderInfo {
  order_id: string;
  /** The number that the customer knows. */
  order_number: string;
  /** The status of the newest event. */
  status: string;
  estimated_delivery: Window | null;
  carrier: Carrier | null;
  /** Empty if no event names one. */
  parcels: Array<ParcelInfo>;
  /** Oldest first. */
  tracking_info: Array<TrackingStep>;
  /** The customer; null for a guest's order. */
  customer_id: string | null;
  /** The number of ordered items. */
  items: number | null;
  /** The ordered items; empty if unknown. */
  goods: Array<ItemInfo>;
  /** Whether more events are expected. */
  is_open: boolean;
  /** When the first event of it was received. */
  first_told_at: string;
}

/** The event's `data`. */
export interface OrderNews {
  /** The https address of a photo that proves the delivery: JPEG, PNG or WebP, up to 10 MB. It is fetched when the news is sent, as its caption, and when the customer asks for it. */
  photo_url?: string | null;
  /** The https address where the customer can pay while a payment is due. */
  payment_url?: string | null;
  pickup?: PickupNews | null;
  /** All buttons that the customer has from now on. An empty list removes them. */
  actions?: Array<ActionNews> | null;
  /** Your id of the order. Opaque to us. */
  order_id: string;
  /** The customer's account. Required in the first event of an order, unless that is an `order.created`: then it is a guest's order, which may move into an account later. */
  customer_id?: string | null;
  /** The number that the customer knows. Default: the order's id. */
  order_number?: string | null;
  /** `payment_due`, `placed`, `confirmed`, `processing`, `packed`, `shipped`, `in_transit`, `out_for_delivery`, `ready_for_pickup`, `attempt_failed`, `delayed`, `no_news` (for long), `on_hold`, `problem`, `delivered`, `returned`, `refunded` or `cancelled`; or a word of your own, as mapped by `STATUS_WORDS`. An unknown word is shown as it is. */
  status?: string | null;
  /** When it happened, at most a day ahead. Default: the event's `timestamp`. Late events are sorted into the timeline. */
  occurred_at?: string | null;
  /** The parcel that the event is about, if the order has several. */
  parcel?: string | null;
  /** Shown with the step. */
  note?: string | null;
  /** Shown with the step. */
  location?: string | null;
  carrier?: CarrierNews | null;
  estimated_delivery?: DeliveryWindow | null;
  /** The number of things ordered, or a list of them. With a `parcel`, a list is its content. */
  items?: number | Array<ItemNews> | null;
  contact?: ContactNews | null;
  /** False: record the event without notifying anybody. */
  notify?: boolean;
}

/** A page of a customer's orders. */
export interface OrderPage {
  orders: Array<OrderInfo>;
  /** Pass this as `after` to get what follows. Null if there has never been anything. */
  next: string | null;
}

/** The result for the description. */
export interface OrderResult {
  order_id: string;
  result: "created" | "replaced" | "unchanged";
}

/** One of several parcels. */
export interface ParcelInfo {
  parcel: string;
  status: string;
  carrier: Carrier | null;
}

/** Where and until when the customer can pick the order up. */
export interface PickupNews {
  name?: string | null;
  address?: string | null;
  /** An https address. */
  map_url?: string | null;
  /** The opening hours, in your words. */
  hours?: string | null;
  /** The deadline: a moment, or a day in the customer's own time zone. */
  until?: string | null;
  /** The code that the customer shows there. */
  code?: string | null;
}

/** What `POST /webhooks/orders` takes. */
export type PostedEvent = OrderEvent | CourierMoved;

/** How a person wants to be notified. `language`, `timezone`: None until they choose. `hear`: about every change, the main steps, delivery and problems only, or nothing. `silent`: without a sound. `quiet`: the hours between which nothing is sent, in their time zone (22 to 7: `(22, 7)`). `cards`: one message per order that is kept up to date, instead of new messages. `digest`: the hour of one message a day instead of many, in their time zone. */
export interface Preferences {
  language?: string | null;
  timezone?: string | null;
  hear?: "all" | "main" | "important" | "none";
  silent?: boolean;
  quiet?: Array<unknown> | null;
  problems_break_quiet?: boolean;
  cards?: boolean;
  digest?: number | null;
  reminders?: boolean;
}

/** A request of a shop system about people's data. */
export interface PrivacyRequestInfo {
  request_id: string;
  /** `copy`: hand the customer a copy of their data. `erase_all`: everything that came from the system is erased, as the shop has left it; this happens by itself. */
  kind: "copy" | "erase_all";
  /** The shop system that made the request. */
  source: string;
  /** The customer concerned; null if the system knows no account. */
  customer_id: string | null;
  /** Orders that the customer may have made without an account. */
  order_ids: Array<string>;
  asked_at: string;
  /** For a copy: when the customer should have it, and the request is deleted. For `erase_all`: when everything is erased. */
  until: string;
}

/** All open requests, oldest first. */
export interface PrivacyRequestList {
  privacy_requests: Array<PrivacyRequestInfo>;
}

/** The link's address, for a page, a mail or a printed slip. */
export interface QrCode {
  /** SVG markup, to include in a page. */
  svg: string;
  /** A `data:` address, for an `img`. */
  png: string;
}

/** The result. */
export interface SentAgain {
  /** `waiting`: it will be sent again. `unlinked`: the chat is gone, and so is the letter. */
  result: "waiting" | "unlinked";
}

/** A link that shows an order's progress to others. Only a hash of its secret is stored. */
export interface SharedOrder {
  order_id: string;
  created_at: string;
  expires_at: string;
  /** The Telegram id of the person who made it; null: you have. */
  shared_by: number | null;
  /** How many people with the link wait for the order's arrival. */
  waiting: number;
}

/** The tracking page of an order, for everybody with its address. */
export interface SharedPage {
  /** It cannot be guessed. The page shows nothing about the customer or the items. */
  url: string;
  /** When it ends. If the order is over earlier, it ends a day after that. */
  expires_at: string;
}

/** What the customer has typed. */
export interface ShownProof {
  /** The code that the chat shows after the customer has agreed, with or without the space. */
  proof: string;
}

/** When a source last sent something. Null: never, as far as is known. */
export interface SourceInfo {
  source: string;
  event_at: string | null;
  /** The last request with a valid signature that could not be used. */
  unread_at: string | null;
  /** The last request with a wrong or missing signature. */
  refused_at: string | null;
}

/** The contract's states, in the order in which an order usually passes through them. */
export type Status = "payment_due" | "placed" | "confirmed" | "processing" | "packed" | "shipped" | "in_transit" | "out_for_delivery" | "ready_for_pickup" | "attempt_failed" | "delayed" | "no_news" | "on_hold" | "problem" | "delivered" | "returned" | "refunded" | "cancelled";

/** The story of the order with this id, or of all orders with this number. */
export interface StoriesFound {
  /** Empty if there is no such order. */
  stories: Array<StoryInfo>;
}

/** The whole story of an order, without anything personal. */
export interface StoryInfo {
  order_id: string;
  order_number: string;
  status: string;
  /** The number of chats that follow it. */
  linked: number;
  /** How many of them want messages about it. */
  hearing: number;
  /** In the order in which they were recorded. */
  steps: Array<StoryStep>;
  /** Oldest first. */
  messages: Array<StoryMessage>;
}

/** A message about the order to one chat: sent, waiting, or given up. */
export interface StoryMessage {
  /** The chat's alias, as in the log. */
  chat: string;
  kind: "news" | "reminder" | "arrival";
  /** `over`: it was no longer wanted. */
  became: "told" | "over" | "waiting" | "held" | "paused" | "dead";
  /** When it was sent, or since when it waits. */
  at: string | null;
  /** Until when it is held back. */
  until: string | null;
  why: string | null;
}

/** An event that was recorded. */
export interface StoryStep {
  event_id: string;
  status: string | null;
  happened_at: string;
  recorded_at: string;
  /** Which of the order's parcels it is about, counted from 1. */
  parcel: number | null;
  /** The shop system that sent it. */
  source: string | null;
  /** Whether it was news, and is among the latest fifty that were. */
  is_news: boolean;
}

/** The result for an event. */
export interface Taken {
  /** `ignored`: a courier's place that is outdated, or whose order is not out for delivery. */
  result: "recorded" | "duplicate" | "ignored";
}

/** An event. Its `type` decides which. */
export type TakenEvent = NumberedEvent | NumberedMove;

/** Approximate seconds between recording an event and Telegram having its message. */
export interface ToPhone {
  /** Half of the messages took at most this long. Null: there were none. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** A button of yours that was pressed, and sent to you. Who pressed it is not stored. */
export interface ToldChoice {
  order_id: string;
  /** The event that it came with. */
  event_id: string;
  action_id: string;
  chosen_at: string;
}

/** An order's tracking information. */
export interface TrackingInfo {
  order_id: string;
  /** The number that the customer knows. */
  order_number: string;
  /** The status of the newest event. */
  status: string;
  estimated_delivery: Window | null;
  carrier: Carrier | null;
  /** Empty if no event names one. */
  parcels: Array<ParcelInfo>;
  /** Oldest first. */
  tracking_info: Array<TrackingStep>;
  /** The ordered items; empty if unknown. */
  items: Array<ItemInfo>;
}

/** One thing that happened. */
export interface TrackingStep {
  status: string;
  /** When it happened. */
  timestamp: string;
  note: string | null;
  location: string | null;
  parcel: string | null;
}

/** An event for your webhook that you have not accepted yet. */
export interface WaitingEvent {
  type: string;
  at: string;
}

/** When a delivery is expected; either end may be open. Each end is a time, or a day, which is the same day in every time zone. */
export interface Window {
  earliest?: string | null;
  latest?: string | null;
}

/** A word for a state. */
export interface WordInfo {
  /** As the shop sent it. */
  word: string;
  /** Its meaning; null: unknown. */
  means: Status | null;
  /** How many events had it while it was unknown. Other replicas' events count after a minute. */
  count: number;
  /** When the latest of them came. */
  seen_at: string | null;
}

/** Unknown words, the latest first, followed by those that were given a meaning here. */
export interface WordList {
  status_words: Array<WordInfo>;
}

/** `idempotencyKey`: a repeat with the same key gets the first answer. */
export interface Options { idempotencyKey?: string; signal?: AbortSignal }

export interface Operations {
  /** Create an order, or replace everything that is known about it. `PUT /api/v1/orders/{order_id}` */
  putOrder(orderId: string, body: OrderDescription, options?: Options): Promise<OrderResult>;
  /** Read an order with its tracking information, by its id (not by its number). `GET /api/v1/orders/{order_id}` */
  getOrder(orderId: string, options?: Options): Promise<OrderInfo>;
  /** Erase everything held about an order, and about those who follow only this order, for good. `DELETE /api/v1/orders/{order_id}` */
  eraseOrder(orderId: string, options?: Options): Promise<void>;
  /** List a customer's orders, by when they were first received, oldest first. `GET /api/v1/orders` */
  listOrders(query: { after?: string; limit?: number; customer_id: string }, options?: Options): Promise<OrderPage>;
  /** Read only an order's tracking information. `GET /api/v1/orders/{order_id}/tracking` */
  getTracking(orderId: string, options?: Options): Promise<TrackingInfo>;
  /** Record one event of an order, and notify the customer. `POST /api/v1/events` */
  recordEvent(body: TakenEvent, options?: Options): Promise<EventResult>;
  /** Record up to 500 events; each gets its own result. `POST /api/v1/events/batch` */
  recordEvents(body: EventBatch, options?: Options): Promise<BatchResult>;
  /** Create a link that connects one chat to an account, once, or any number of chats to an order. `POST /api/v1/links` */
  createLink(body: LinkRequest, options?: Options): Promise<LinkOffer>;
  /** List the chats that are linked to a customer, and the links on offer. `GET /api/v1/customers/{customer_id}/links` */
  listLinks(customerId: string, options?: Options): Promise<LinkList>;
  /** Confirm a link that was created with confirm, after somebody agreed to it in a chat. `POST /api/v1/customers/{customer_id}/links/{link_id}/confirm` */
  confirmLink(customerId: string, linkId: string, body: ShownProof, options?: Options): Promise<void>;
  /** End a link, or withdraw an offer. The chat is told that nothing more will arrive. `DELETE /api/v1/customers/{customer_id}/links/{link_id}` */
  endLink(customerId: string, linkId: string, options?: Options): Promise<void>;
  /** List the chats that follow this one order, and the links to it on offer. `GET /api/v1/orders/{order_id}/links` */
  listOrderLinks(orderId: string, options?: Options): Promise<LinkList>;
  /** End a link to an order, or withdraw an offer. Withdrawing it ends no link made through it. `DELETE /api/v1/orders/{order_id}/links/{link_id}` */
  endOrderLink(orderId: string, linkId: string, options?: Options): Promise<void>;
  /** Get the address of an order's tracking page, for your own emails. `POST /api/v1/orders/{order_id}/shares` */
  shareOrder(orderId: string, options?: Options): Promise<SharedPage>;
  /** Erase everything held about a customer, for good. `DELETE /api/v1/customers/{customer_id}` */
  eraseCustomer(customerId: string, options?: Options): Promise<void>;
  /** Set a customer's phone number, replacing a previous one. `PUT /api/v1/customers/{customer_id}/phone` */
  setPhone(customerId: string, body: GivenPhone, options?: Options): Promise<void>;
  /** Remove a customer's phone number, so that it is no longer recognised. `DELETE /api/v1/customers/{customer_id}/phone` */
  removePhone(customerId: string, options?: Options): Promise<void>;
  /** Read everything held about a customer. `GET /api/v1/customers/{customer_id}/export` */
  exportCustomer(customerId: string, options?: Options): Promise<CustomerExport>;
  /** Read everything held about an order, for guests, who have no account. `GET /api/v1/orders/{order_id}/export` */
  exportOrder(orderId: string, options?: Options): Promise<OrderExport>;
  /** List the requests of shop systems that need your attention. `GET /api/v1/privacy-requests` */
  listPrivacyRequests(options?: Options): Promise<PrivacyRequestList>;
  /** End a request: the copy was handed over, or the shop has not left its system after all. `DELETE /api/v1/privacy-requests/{request_id}` */
  endPrivacyRequest(requestId: string, options?: Options): Promise<void>;
  /** List the messages sent to a customer, newest first: the last 50 for each linked chat. `GET /api/v1/customers/{customer_id}/deliveries` */
  listDeliveries(customerId: string, options?: Options): Promise<DeliveryList>;
  /** List what customers said of their deliveries, oldest first. `GET /api/v1/feedback` */
  listFeedback(query?: { after?: string; limit?: number }, options?: Options): Promise<FeedbackPage>;
  /** List the feedback on one order. `GET /api/v1/orders/{order_id}/feedback` */
  listOrderFeedback(orderId: string, options?: Options): Promise<OrderFeedback>;
  /** List the messages that could not be sent, and why, oldest first. `GET /api/v1/dead-letters` */
  listDeadLetters(query?: { after?: string; limit?: number }, options?: Options): Promise<DeadLetterPage>;
  /** Send one again, with the current state of the order. `POST /api/v1/dead-letters/{dead_letter_id}/send-again` */
  sendDeadLetterAgain(deadLetterId: string, options?: Options): Promise<SentAgain>;
  /** Delete one that is no longer needed. `DELETE /api/v1/dead-letters/{dead_letter_id}` */
  removeDeadLetter(deadLetterId: string, options?: Options): Promise<void>;
  /** Read what arrived recently, what is waiting, and the state of each source. `GET /api/v1/console` */
  getConsole(options?: Options): Promise<ConsoleInfo>;
  /** Read counts over time: events, messages, seconds to the phone, and linked chats. `GET /api/v1/console/figures` */
  listFigures(query?: { each?: "minute" | "day"; count?: number }, options?: Options): Promise<FiguresOverTime>;
  /** Read an order's whole story: every event, and every message that was sent or waits. `GET /api/v1/console/stories` */
  listStories(query: { order: string }, options?: Options): Promise<StoriesFound>;
  /** List unknown words for states, and those that were given a meaning here. `GET /api/v1/status-words` */
  listStatusWords(options?: Options): Promise<WordList>;
  /** Set what a word for a state means, for past and future events. `PUT /api/v1/status-words/{word}` */
  setStatusWord(word: string, body: GivenMeaning, options?: Options): Promise<void>;
  /** Remove the meaning of a word: orders show the word itself again. `DELETE /api/v1/status-words/{word}` */
  removeStatusWord(word: string, options?: Options): Promise<void>;
}
