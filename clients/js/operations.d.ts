// Made by clients/generate.py out of the API's description: do not edit.
/** What went wrong (RFC 9457). */
export interface Problem {
  type: "about:blank";
  /** The status, in words. */
  title: string;
  status: number;
  /** What was wrong, for people to read. */
  detail: string;
  /** With a 422: each field that is missing or wrong. */
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

/** An event that arrived lately, and what became of it, down to the phone. */
export interface ArrivalInfo {
  /** Of what could not be read: what its sender called the post. */
  event_id: string;
  order_id: string | null;
  /** What its customer calls it. Null: it has none, or was not looked up. */
  order_number: string | null;
  /** A shop system's name, `webhook`, `api`, or `book`: the shop's own orders, as we read them. */
  source: string;
  at: string;
  /** `no_news`: stored, and nothing to tell. `nobody`: nobody is connected. `held`: its reader hears of it later, by their quiet hours or summary. `failed`: it will be tried again. `paused`: it waits, as its reader has blocked the bot or cannot be reached. `sent`: Telegram has it. */
  fate: Fate;
  /** That it tells, in the word that is kept. Null: none, or it was not recorded. */
  state: string | null;
  /** What was wrong with it. */
  why: string | null;
  /** How often it came again. */
  again: number;
  /** It is news for so many; null: it is none. */
  chats: number | null;
  /** So many of them have it. */
  sent: number;
  /** When the last of those who hear of it later does. Null: none of them do. */
  held_until: string | null;
  /** Until the last of them had it. */
  seconds: number | null;
}

/** What became of each event. */
export interface BatchResult {
  /** In the order of the events. */
  results: Array<BatchedResult>;
}

/** As the event alone would have been answered. */
export interface BatchedResult {
  /** Null where the event could not be read. */
  id: string | null;
  /** Of HTTP. */
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

/** Which of your own buttons a customer has pressed. */
export interface Chosen {
  /** The link that the chat came by. */
  link_id: string;
  /** Not there of a guest's order. */
  customer_id?: string | null;
  /** There where a single order is followed. */
  order_id?: string | null;
  action_id: string;
  label: string;
  /** The `webhook-id` of the event that the button came with. */
  event_id: string;
  parcel?: string | null;
}

/** Somebody has named an order and its contact, and you mail them this code. */
export interface CodeRequested {
  type: "order.code_requested";
  timestamp: string;
  data: CodeWanted;
}

/** The code that you are to mail to who has bought the order. */
export interface CodeWanted {
  order_id: string;
  code: string;
  expires_at: string;
  customer_id?: string | null;
}

/** How it goes now. */
export interface ConsoleInfo {
  /** By the service's clock. */
  at: string;
  /** The latest hundred, the latest first; of other replicas those of a few seconds ago. */
  arrivals: Array<ArrivalInfo>;
  sources: Array<SourceInfo>;
  /** States that nobody knows, and then those that were given a meaning. */
  status_words: Array<WordInfo>;
  /** Messages that are due and have not left; 1000 stands for more. */
  waiting: number;
  /** So long the oldest of them has waited. */
  oldest_seconds: number;
}

/** The customer's contacts for the order. With its number, they let guests follow it. Only keyed hashes are stored. */
export interface ContactNews {
  email?: string | null;
  /** In any form. */
  phone?: string | null;
}

/** With your staff about an order. What is said in it is held until it reaches the other side, and stays in Telegram then: in the customer's chat, and in your group. */
export interface ConversationInfo {
  order_id: string;
  /** Who writes, as Telegram calls them. */
  telegram_id: number;
  /** Their first name, if they want you to see it. */
  name: string | null;
  /** When somebody wrote last, or it was begun. */
  last_at: string;
  ended_by: "customer" | "shop" | "silence" | null;
  /** What has not reached the other side yet; of what is more than text only the caption. */
  waiting: Array<string>;
}

/** The present place of the order's courier. Only the latest place is stored, until the order has arrived. */
export interface CourierMoved {
  type: "order.courier_moved";
  /** When the courier was there. A place older than the latest one is ignored. */
  timestamp: string;
  data: Move;
}

/** Where the courier of an order was last, and who watches that: until the order is there. */
export interface CourierPlace {
  order_id: string;
  at: string | null;
  latitude: number | null;
  longitude: number | null;
  /** As Telegram calls them. */
  watched_by: Array<number>;
}

/** A customer has blocked the bot: news gathers until they take it back. */
export interface CustomerBlocked {
  type: "customer.blocked";
  timestamp: string;
  data: Member;
}

/** All that is held of a customer. */
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

/** A customer has taken the bot back. */
export interface CustomerUnblocked {
  type: "customer.unblocked";
  timestamp: string;
  data: Member;
}

/** A chat hears nothing any more. */
export interface CustomerUnlinked {
  type: "customer.unlinked";
  timestamp: string;
  data: FormerMember;
}

/** A message that could not be sent. */
export interface DeadLetterInfo {
  dead_letter_id: string;
  order_id: string;
  /** What its customer calls it. Null: the order is gone. */
  order_number: string | null;
  since: string;
  /** What Telegram said, or the kind of error that was ours. */
  reason: string;
}

/** A page of dead letters, oldest first. */
export interface DeadLetterPage {
  dead_letters: Array<DeadLetterInfo>;
  /** What to ask with, as `after`, for whatever comes behind; null while there was never any. */
  next: string | null;
}

/** News of an order that has reached Telegram. */
export interface Delivery {
  /** The link that the chat came by. */
  link_id: string;
  /** Not there of a guest's order. */
  customer_id?: string | null;
  /** There where a single order is followed. */
  order_id?: string | null;
  /** The state that it told. */
  status: string;
}

/** A message that Telegram has taken. Texts are kept nowhere. */
export interface DeliveryInfo {
  link_id: string;
  order_id: string;
  /** News of the order, a reminder of its delivery, or its arrival, where they waited for that by a shared link. */
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

/** Those of one order are recorded as they stand, one after the other. */
export interface EventBatch {
  events: Array<NumberedEvent | NumberedMove>;
}

/** How an event was taken. */
export interface EventResult {
  id: string;
  /** `ignored`: a courier's place, of an order that is not out for delivery, or not the latest. */
  result: "recorded" | "duplicate" | "ignored";
}

/** The overall result of an event, as far as it is known. */
export type Fate = "duplicate" | "ignored" | "refused" | "no_news" | "nobody" | "on_its_way" | "held" | "failed" | "undelivered" | "paused" | "unwanted" | "sent";

/** A customer has said how a delivery went, has changed it, or has added a comment. */
export interface FeedbackGiven {
  type: "feedback.given";
  timestamp: string;
  data: OpinionTold;
}

/** What one person said of one order. */
export interface FeedbackInfo {
  /** The same when it comes again, changed. */
  feedback_id: string;
  order_id: string;
  /** Null for a guest's order. */
  customer_id: string | null;
  rating: "good" | "fair" | "bad";
  /** In the customer's own words. */
  comment: string | null;
  /** When it was said, changed or commented on last. */
  given_at: string;
}

/** A page of all feedback, oldest first. */
export interface FeedbackPage {
  feedback: Array<FeedbackInfo>;
  /** What to ask with, as `after`, for whatever comes behind; null while there was never any. */
  next: string | null;
}

/** Of a minute or a day. */
export interface FiguresInfo {
  /** When it began. */
  at: string;
  /** By what became of them: `recorded`, `duplicate`, `ignored`, `refused`. */
  events: Record<string, number>;
  /** By what became of them: `sent`, `retried`, `blocked`, `gone`, `dead`. */
  messages: Record<string, number>;
  to_phone: ToPhone;
  /** The most that waited when somebody looked. */
  waiting: number;
  oldest_seconds: number;
  /** Chats that were linked at the end of it; null: nobody has counted. */
  linked: number | null;
}

/** Counts of all replicas together. */
export interface FiguresOverTime {
  /** Oldest first, the present one last. */
  figures: Array<FiguresInfo>;
  /** Of all that time. */
  to_phone: ToPhone;
}

/** A chat that hears nothing any more. */
export interface FormerMember {
  /** The link that the chat came by. */
  link_id: string;
  /** Not there of a guest's order. */
  customer_id?: string | null;
  /** There where a single order is followed. */
  order_id?: string | null;
  reason: "customer" | "household" | "deleted" | "gone";
}

/** What a word means. */
export interface GivenMeaning {
  means: Status;
}

/** A number that you have verified. */
export interface GivenPhone {
  /** In the international form. Only a keyed hash of it is kept. */
  phone: string;
  /** What the customer knows the account by, masked by you: the bot shows it before they agree. */
  account_hint?: string | null;
}

/** A link that was offered, for a day after it ended. Of its secrets only hashes are held. */
export interface HeldOffer {
  link_id: string;
  account_hint: string | null;
  expires_at: string;
  /** Who agreed to it, as Telegram calls them. */
  used_by: number | null;
  used_at: string | null;
}

/** One of the things that were ordered. */
export interface ItemInfo {
  name: string;
  quantity: number;
  /** Which it is in; null: in none yet, or nobody has told. What is in two, is there twice. */
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

/** Of the number a keyed hash is held; the number itself is nowhere. */
export interface KnownPhone {
  account_hint: string | null;
  given_at: string;
}

/** A chat that is linked, or a link on offer. */
export interface LinkInfo {
  link_id: string;
  /** `offered`: nobody has agreed yet. `unconfirmed`: a person has, and you have to. `linked`. `blocked`: it is linked, and the person has blocked the bot. */
  state: "offered" | "unconfirmed" | "linked" | "blocked";
  /** Null while it is an offer. */
  linked_at: string | null;
  /** When the offer ends. */
  expires_at: string | null;
}

/** All links to an account, or to an order. */
export interface LinkList {
  links: Array<LinkInfo>;
}

/** Two ways to the same link, or three. */
export interface LinkOffer {
  /** Where to send the browser. */
  url: string;
  /** The same, to type: `/link K7WM-3XQP`. */
  code: string;
  expires_at: string;
  /** What the link is called: to confirm it, or to end it. */
  link_id: string;
  /** Null unless you asked for it. */
  qr?: QrCode | null;
}

/** What the link is to: an account or, for guests, one order. */
export interface LinkRequest {
  /** In the place of `customer_id`: a link to this order, for everybody who has it. The order may still be to come. */
  order_id?: string | null;
  /** Who is signed in, as you call them: a link to their account, for one chat, once. */
  customer_id?: string | null;
  /** What they know the account by, masked by you: the bot shows it before they agree. */
  account_hint?: string | null;
  /** The link counts once you have confirmed it, with the code that the customer is shown. Not with an order. */
  confirm?: boolean;
  /** Whether the answer has the address as a QR code, too. */
  qr?: boolean;
}

/** A link, and what its person has chosen. */
export interface LinkedChat {
  link_id: string;
  /** `offered`: nobody has agreed yet. `unconfirmed`: a person has, and you have to. `linked`. `blocked`: it is linked, and the person has blocked the bot. */
  state: "offered" | "unconfirmed" | "linked" | "blocked";
  /** Null while it is an offer. */
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
  /** What Telegram calls the person. Of a household, each chat has its own. */
  telegram_id: number;
  /** Ids of orders of which something waits to be told. */
  waiting: Array<string>;
  /** Ids of orders that have a message here which is kept up to date. */
  live_messages: Array<string>;
  /** When the person asked for an order in vain, lately. */
  missed_at: Array<string>;
}

/** Somebody's chat, by what it follows: an account, or a single order. */
export interface Member {
  /** The link that the chat came by. */
  link_id: string;
  /** Not there of a guest's order. */
  customer_id?: string | null;
  /** There where a single order is followed. */
  order_id?: string | null;
}

/** Telegram has taken a message with an order's news. */
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

/** What happened to an order. Members that are not listed are ignored. */
export interface NumberedEvent {
  /** `order.created`: without a `status` it means "placed", unless the order has a state. `order.status_changed` needs a `status`. `order.updated`: a note, a carrier, a new day … */
  type: "order.created" | "order.status_changed" | "order.updated";
  /** When the event was created. */
  timestamp: string;
  data: OrderNews;
  /** The event's own: to send it again with the same id changes nothing. */
  id: string;
}

/** Where the courier is who has the order. */
export interface NumberedMove {
  type: "order.courier_moved";
  /** When the courier was there. A place older than the latest one is ignored. */
  timestamp: string;
  data: Move;
  /** The event's own. */
  id: string;
}

/** How a delivery went, in the customer's words. */
export interface OpinionTold {
  /** The link that the chat came by. */
  link_id: string;
  /** Not there of a guest's order. */
  customer_id?: string | null;
  /** There where a single order is followed. */
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

/** All that is held of an order and of those who follow it alone. */
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

/** Each of a household may answer for themselves. */
export interface OrderFeedback {
  feedback: Array<FeedbackInfo>;
}

/** An order with its tracking information. */
export interface OrderInfo {
  order_id: string;
  /** What the customer calls it. */
  order_number: string;
  /** By its newest event. */
  status: string;
  estimated_delivery: Window | null;
  carrier: Carrier | null;
  /** Empty while the events name none. */
  parcels: Array<ParcelInfo>;
  /** Oldest first. */
  tracking_info: Array<TrackingStep>;
  /** Whose account it is in; null for a guest's. */
  customer_id: string | null;
  /** How many things were ordered. */
  items: number | null;
  /** What they are; empty while nobody has told. */
  goods: Array<ItemInfo>;
  /** More is expected. */
  is_open: boolean;
  /** When we first heard of it. */
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
  /** What to ask with, as `after`, for whatever comes behind; null while there was never any. */
  next: string | null;
}

/** How the description was taken. */
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

/** What a shop system has asked. */
export interface PrivacyRequestInfo {
  request_id: string;
  /** `copy`: of what is held of a customer, for you to hand over. `erase_all`: of all that came from the system, as the shop has left it; it happens by itself. */
  kind: "copy" | "erase_all";
  /** The shop system that has asked. */
  source: string;
  /** Whose data; null where the system knows no account. */
  customer_id: string | null;
  /** Orders that they may have made without an account. */
  order_ids: Array<string>;
  asked_at: string;
  /** By then the customer should have the copy, and the request is forgotten; or then all is erased. */
  until: string;
}

/** The oldest first. */
export interface PrivacyRequestList {
  privacy_requests: Array<PrivacyRequestInfo>;
}

/** The link's address, for a page, a mail or a printed slip. */
export interface QrCode {
  /** The markup, to stand in a page. */
  svg: string;
  /** A `data:` address, for an `img`. */
  png: string;
}

/** What became of it. */
export interface SentAgain {
  /** `waiting`: to be sent again. `unlinked`: the chat is gone, and so is the letter. */
  result: "waiting" | "unlinked";
}

/** A link by which somebody else sees where an order is. Of its secret only a hash is held. */
export interface SharedOrder {
  order_id: string;
  created_at: string;
  expires_at: string;
  /** Who made it, as Telegram calls them; null: you. */
  shared_by: number | null;
  /** How many of those who have it wait to be told when the order arrives. */
  waiting: number;
}

/** Where everybody who has the address sees how the order progresses. */
export interface SharedPage {
  /** Cannot be guessed, and shows nothing about the customer or the goods. */
  url: string;
  /** It ends then, or a day after the order is over. */
  expires_at: string;
}

/** What the customer has typed. */
export interface ShownProof {
  /** The code that the chat shows to whoever agreed there, with or without the space. */
  proof: string;
}

/** When something came last from there. Null: not since that is noted. */
export interface SourceInfo {
  source: string;
  event_at: string | null;
  /** A post that was signed, and came to nothing. */
  unread_at: string | null;
  /** One that was not signed as it should be. */
  refused_at: string | null;
}

/** The contract's states, in the order in which an order usually passes through them. */
export type Status = "payment_due" | "placed" | "confirmed" | "processing" | "packed" | "shipped" | "in_transit" | "out_for_delivery" | "ready_for_pickup" | "attempt_failed" | "delayed" | "no_news" | "on_hold" | "problem" | "delivered" | "returned" | "refunded" | "cancelled";

/** Of the order with this id, or of all with this number. */
export interface StoriesFound {
  /** Empty: no order goes by that. */
  stories: Array<StoryInfo>;
}

/** An order's whole story, with nothing of any person in it. */
export interface StoryInfo {
  order_id: string;
  order_number: string;
  status: string;
  /** Chats that follow it. */
  linked: number;
  /** Those of them that want to hear of it. */
  hearing: number;
  /** As they were recorded. */
  steps: Array<StoryStep>;
  /** Oldest first. */
  messages: Array<StoryMessage>;
}

/** A message about the order to one chat: sent, waiting, or given up. */
export interface StoryMessage {
  /** What the log calls the chat. */
  chat: string;
  kind: "news" | "reminder" | "arrival";
  /** `over`: it was not wanted any more. */
  became: "told" | "over" | "waiting" | "held" | "paused" | "dead";
  /** When it was sent, or since when it waits. */
  at: string | null;
  /** It is held until then. */
  until: string | null;
  why: string | null;
}

/** An event that was recorded. */
export interface StoryStep {
  event_id: string;
  status: string | null;
  happened_at: string;
  recorded_at: string;
  /** Which of the order's it is about, counted from 1. */
  parcel: number | null;
  /** The shop system that told it. */
  source: string | null;
  /** It was worth telling, and is among the latest fifty that were. */
  is_news: boolean;
}

/** How an event was taken. */
export interface Taken {
  /** `ignored`: a courier's place, of an order that is not out for delivery, or not the latest. */
  result: "recorded" | "duplicate" | "ignored";
}

/** An event, by its `type`. */
export type TakenEvent = NumberedEvent | NumberedMove;

/** Seconds from an event's being recorded to Telegram's having its message, about. */
export interface ToPhone {
  /** Of half of the messages; null: there were none. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** A button of your own that was pressed, and told to you. By whom is not held. */
export interface ToldChoice {
  order_id: string;
  /** The event that it came with. */
  event_id: string;
  action_id: string;
  chosen_at: string;
}

/** What is known of an order. */
export interface TrackingInfo {
  order_id: string;
  /** What the customer calls it. */
  order_number: string;
  /** By its newest event. */
  status: string;
  estimated_delivery: Window | null;
  carrier: Carrier | null;
  /** Empty while the events name none. */
  parcels: Array<ParcelInfo>;
  /** Oldest first. */
  tracking_info: Array<TrackingStep>;
  /** What is in it; empty while nobody has told. */
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

/** What you are to be told, and have not taken yet. */
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
  /** As the shop has told it. */
  word: string;
  /** Null: nobody has said. */
  means: Status | null;
  /** Events with it while nobody knew it; other replicas are a minute behind. */
  count: number;
  /** The latest of them. */
  seen_at: string | null;
}

/** Those that nobody knows, the latest first, and then those that were given a meaning here. */
export interface WordList {
  status_words: Array<WordInfo>;
}

/** `idempotencyKey`: a repeat with the same key gets the first answer. */
export interface Options { idempotencyKey?: string; signal?: AbortSignal }

export interface Operations {
  /** Create an order, or replace all that was told of it. `PUT /api/v1/orders/{order_id}` */
  putOrder(orderId: string, body: OrderDescription, options?: Options): Promise<OrderResult>;
  /** Read an order with its tracking information. It goes by its id alone, and by no number. `GET /api/v1/orders/{order_id}` */
  getOrder(orderId: string, options?: Options): Promise<OrderInfo>;
  /** Erase an order: all that is held of it and of who follows it alone, for good. `DELETE /api/v1/orders/{order_id}` */
  eraseOrder(orderId: string, options?: Options): Promise<void>;
  /** List a customer's orders, by when they were first told, oldest first. `GET /api/v1/orders` */
  listOrders(query: { after?: string; limit?: number; customer_id: string }, options?: Options): Promise<OrderPage>;
  /** Read an order's tracking information alone. `GET /api/v1/orders/{order_id}/tracking` */
  getTracking(orderId: string, options?: Options): Promise<TrackingInfo>;
  /** Record one event of an order, and tell its customer. `POST /api/v1/events` */
  recordEvent(body: TakenEvent, options?: Options): Promise<EventResult>;
  /** Record up to 500 events; each gets its own result. `POST /api/v1/events/batch` */
  recordEvents(body: EventBatch, options?: Options): Promise<BatchResult>;
  /** Make a link that connects one chat to an account, once; or everybody who has it to one order. `POST /api/v1/links` */
  createLink(body: LinkRequest, options?: Options): Promise<LinkOffer>;
  /** List the chats that are linked to a customer, and the links on offer. `GET /api/v1/customers/{customer_id}/links` */
  listLinks(customerId: string, options?: Options): Promise<LinkList>;
  /** Confirm a link that was made with confirm, after somebody agreed to it in a chat. `POST /api/v1/customers/{customer_id}/links/{link_id}/confirm` */
  confirmLink(customerId: string, linkId: string, body: ShownProof, options?: Options): Promise<void>;
  /** End a link, or take an offer back. The chat is told that nothing more will arrive. `DELETE /api/v1/customers/{customer_id}/links/{link_id}` */
  endLink(customerId: string, linkId: string, options?: Options): Promise<void>;
  /** List the chats that follow this one order, and the links to it on offer. `GET /api/v1/orders/{order_id}/links` */
  listOrderLinks(orderId: string, options?: Options): Promise<LinkList>;
  /** End a link to an order, or take an offer back. Who follows the order by an offer stays. `DELETE /api/v1/orders/{order_id}/links/{link_id}` */
  endOrderLink(orderId: string, linkId: string, options?: Options): Promise<void>;
  /** Get the address of an order's tracking page, for your own mails. `POST /api/v1/orders/{order_id}/shares` */
  shareOrder(orderId: string, options?: Options): Promise<SharedPage>;
  /** Erase a customer: all that is held of them, for good. `DELETE /api/v1/customers/{customer_id}` */
  eraseCustomer(customerId: string, options?: Options): Promise<void>;
  /** Give a customer's phone number, in the place of a former one. `PUT /api/v1/customers/{customer_id}/phone` */
  setPhone(customerId: string, body: GivenPhone, options?: Options): Promise<void>;
  /** Take a customer's phone number back: nobody is recognised by it any more. `DELETE /api/v1/customers/{customer_id}/phone` */
  removePhone(customerId: string, options?: Options): Promise<void>;
  /** Read all that is held of a customer. `GET /api/v1/customers/{customer_id}/export` */
  exportCustomer(customerId: string, options?: Options): Promise<CustomerExport>;
  /** Read all that is held of an order, for guests, who have no account. `GET /api/v1/orders/{order_id}/export` */
  exportOrder(orderId: string, options?: Options): Promise<OrderExport>;
  /** List what shop systems ask about people's data and you have to do with. `GET /api/v1/privacy-requests` */
  listPrivacyRequests(options?: Options): Promise<PrivacyRequestList>;
  /** End one: the copy was handed over, or the shop has not left its system after all. `DELETE /api/v1/privacy-requests/{request_id}` */
  endPrivacyRequest(requestId: string, options?: Options): Promise<void>;
  /** List what Telegram got for a customer, newest first: the last 50 of each linked chat. `GET /api/v1/customers/{customer_id}/deliveries` */
  listDeliveries(customerId: string, options?: Options): Promise<DeliveryList>;
  /** Read what customers said of their deliveries, oldest first. `GET /api/v1/feedback` */
  listFeedback(query?: { after?: string; limit?: number }, options?: Options): Promise<FeedbackPage>;
  /** Read what was said of one order, by everybody of its customer. `GET /api/v1/orders/{order_id}/feedback` */
  listOrderFeedback(orderId: string, options?: Options): Promise<OrderFeedback>;
  /** List the messages that could not be sent, and why, oldest first. `GET /api/v1/dead-letters` */
  listDeadLetters(query?: { after?: string; limit?: number }, options?: Options): Promise<DeadLetterPage>;
  /** Try to send one again: the order as it is by now. `POST /api/v1/dead-letters/{dead_letter_id}/send-again` */
  sendDeadLetterAgain(deadLetterId: string, options?: Options): Promise<SentAgain>;
  /** Drop one that is worth nothing any more. `DELETE /api/v1/dead-letters/{dead_letter_id}` */
  removeDeadLetter(deadLetterId: string, options?: Options): Promise<void>;
  /** Read what arrived lately, what waits, and how each source is. `GET /api/v1/console` */
  getConsole(options?: Options): Promise<ConsoleInfo>;
  /** Read counts over time: events, messages, seconds to the phone, and linked chats. `GET /api/v1/console/figures` */
  listFigures(query?: { each?: "minute" | "day"; count?: number }, options?: Options): Promise<FiguresOverTime>;
  /** Read an order's whole story: each event, and each message that was sent or waits. `GET /api/v1/console/stories` */
  listStories(query: { order: string }, options?: Options): Promise<StoriesFound>;
  /** List the words for states that nobody knows, and those that were given a meaning here. `GET /api/v1/status-words` */
  listStatusWords(options?: Options): Promise<WordList>;
  /** Say what a word for a state means, for all that was and will be told. `PUT /api/v1/status-words/{word}` */
  setStatusWord(word: string, body: GivenMeaning, options?: Options): Promise<void>;
  /** Take back what was said of a word: orders are shown with the word itself again. `DELETE /api/v1/status-words/{word}` */
  removeStatusWord(word: string, options?: Options): Promise<void>;
}
