/** The sandbox's and the shop's JSON API; an error's body is `{"error": a sentence}`. */

export class ApiError extends Error {}

async function call(method, path, body) {
  const isJson = body !== undefined && !(body instanceof Blob);
  const answer = await fetch(path, {
    method,
    headers: isJson ? { "content-type": "application/json" } : {},
    body: isJson ? JSON.stringify(body) : body,
  }).catch(() => { throw new ApiError("The sandbox does not answer"); });
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : {};
  if (!answer.ok) throw new ApiError(json.error || answer.statusText);
  return json;
}

const get = (path) => call("GET", path);
const post = (path, body = {}) => call("POST", path, body);

const upload = (path, picture, caption) =>
  call("POST", `${path}?caption=${encodeURIComponent(caption)}`, picture);

/** `group`: its id, or null for the chat with the bot. */
const inChat = (person, group, what) =>
  (group ? `/sandbox/people/${person}/groups/${group}/${what}` : `/sandbox/people/${person}/${what}`);

export const sandbox = {
  state: () => get("/sandbox/state"),
  addPerson: (name, language) => post("/sandbox/people", { name, language }),
  messages: (person, group) => get(inChat(person, group, "messages")),
  send: (person, group, text, reply_to) => post(inChat(person, group, "send"), { text, reply_to }),
  sendPhoto: (person, picture, caption) => upload(`/sandbox/people/${person}/photo`, picture, caption),
  sharePhone: (person) => post(`/sandbox/people/${person}/phone`),
  shareLocation: (person) => post(`/sandbox/people/${person}/location`),
  press: (person, group, message_id, data) => post(inChat(person, group, "press"), { message_id, data }),
  openApp: (person, message_id) => post(`/sandbox/people/${person}/app`, { message_id }),
  offers: (person, typed) => post(`/sandbox/people/${person}/inline`, { typed }),
  choose: (person, typed, result, to) => post(`/sandbox/people/${person}/inline/choose`, { typed, result, to }),
  block: (person) => post(`/sandbox/people/${person}/block`),
  unblock: (person) => post(`/sandbox/people/${person}/unblock`),
};

const inTopic = (group, topic, what) => `/sandbox/groups/${group}/topics/${topic}/${what}`;

export const staff = {
  groups: () => get("/sandbox/groups"),
  send: (group, topic, text) => post(inTopic(group, topic, "send"), { text }),
  sendPhoto: (group, topic, picture, caption) => upload(inTopic(group, topic, "photo"), picture, caption),
  press: (group, topic, message_id, data) => post(inTopic(group, topic, "press"), { message_id, data }),
  close: (group, topic) => post(inTopic(group, topic, "close")),
  reopen: (group, topic) => post(inTopic(group, topic, "reopen")),
  delete: (group, topic) => post(inTopic(group, topic, "delete")),
};

export const stage = {
  state: () => get("/demo/state"),
  moveClock: (by) => post("/demo/clock", by),
  refuseNext: (person) => post("/demo/refusal", { person }),
  beginAnew: () => post("/demo/anew"),
};

export const shop = {
  signIn: (name) => post("/shop/sign-in", { name }),
  customer: (id) => get(`/shop/customers/${id}`),
  orders: (customer) => get(`/shop/orders?customer=${encodeURIComponent(customer)}`),
  createOrder: (customer, guest = false) => post("/shop/orders", { customer, guest }),
  next: (order, photo) => post(`/shop/orders/${order}/next`, { photo }),
  setStatus: (order, status) => post(`/shop/orders/${order}/status`, { status }),
  sendCourier: (order) => post(`/shop/orders/${order}/courier`),
  repeat: (event) => post(`/shop/events/${event}/repeat`),
  signed: (event) => get(`/shop/events/${event}/signed`),
  answer: (chosen, note) => post(`/shop/chosen/${chosen}/answer`, { note }),
  connect: (customer) => post(`/shop/customers/${customer}/connect`),
};

/** Follow the server's events. `listeners`: by event name; `open` is also called after a reconnection. */
export function follow(listeners) {
  const source = new EventSource("/sandbox/events");
  for (const [name, listener] of Object.entries(listeners)) {
    source.addEventListener(name, (event) => listener(event.data ? JSON.parse(event.data) : {}));
  }
}
