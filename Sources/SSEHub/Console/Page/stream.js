// Reads streams, and goes on with them after they ended.

const find = (selector) => document.querySelector(selector);

/** Where the hub is. The page is at the hub's own root, which a proxy may have put beneath a path. */
const path = "/.well-known/mercure", hub = location.origin + location.pathname.replace(/\/*$/, "") + path;

/** Makes an element. Text from the hub comes into the page in this way alone, so that it is never markup. */
function make(tag, kind = "", text = "") {
  const element = document.createElement(tag);
  [element.className, element.textContent] = [kind, text];
  return element;
}

/** The bytes of a text as UTF-8, as a header has them. */
const headerText = (text) =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");

/** An event stream's text to events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has it.
 *  `EventSource` sends no token, and hands out events of those types only that it has been told of. */
class Parser {
  rest = "";
  type = "";
  data = [];
  id;
  about = Parser.nothing();

  /** What is known of an event beside itself, by fields that other parsers ignore. */
  static nothing = () => ({ hasID: false, topics: [], hasMoreTopics: false, isPrivate: false });

  constructor(handlers) { this.handlers = handlers; }

  push(text) {
    // A CR at the end may be the first half of a line end.
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) line === "" ? this.dispatch() : this.field(line);
  }

  field(line) {
    const colon = line.indexOf(":"), name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.type = value;
    else if (name === "id" && !value.includes("\0")) [this.id, this.about.hasID] = [value, true];
    else if (name === "topic") this.about.topics.push(value);
    else if (name === "more-topics") this.about.hasMoreTopics = true;
    else if (name === "private") this.about.isPrivate = true;
    else if (name === "retry" && /^[0-9]+$/.test(value)) this.handlers.retry(Number(value));
  }

  dispatch() {
    if (this.id !== undefined) this.handlers.id(this.id);
    const { type, data, about } = this;
    [this.type, this.data, this.about] = ["", [], Parser.nothing()];
    if (data.length) this.handlers.event(type || "message", data.join("\n"), about);
  }
}

/** What the hub answered instead of a stream. */
class Refusal extends Error {
  constructor(response, text) {
    super(`${response.status} ${response.statusText}: ${text.split("\n")[0].slice(0, 300)}`);
    this.status = response.status;
    this.seconds = Number(response.headers.get("Retry-After")) || 0;
  }
  /** Whether the same request may go well later. */
  get isPassing() { return this.status === 408 || this.status === 429 || this.status >= 500; }
}

/** Asks for the events of topics, and is told the topics of each. */
async function openStream(selectors, token, lastID, signal) {
  const query = new URLSearchParams(selectors.map((selector) => ["{matcher}", selector]));
  query.append("details", "topics");
  const headers = { Accept: "text/event-stream" };
  if (token) headers.Authorization = headerText(`Bearer ${token}`);
  if (lastID) headers["Last-Event-ID"] = headerText(lastID);
  const response = await fetch(`${hub}?${query}`, { headers, signal, cache: "no-store" });
  if (!response.ok) throw new Refusal(response, await response.text());
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    throw new Error("This is not an event stream.");
  }
  return response;
}

/** A subscription that goes on with the last event ID after its connection has ended. */
class Stream {
  state = "connecting";
  problem = "";
  lastID = "";
  retry = 1000;
  failures = 0;
  retryAt = 0;
  control = new AbortController();

  constructor(selectors, token, handlers) {
    Object.assign(this, { selectors, token, handlers });
  }

  stop() { this.control.abort(); }

  /** Makes the next attempt now. */
  wake() { this.wakeUp?.(); }

  tell(state, problem = "") {
    if (this.control.signal.aborted) return;
    [this.state, this.problem] = [state, problem];
    this.handlers.state();
  }

  async run() {
    while (!this.control.signal.aborted) {
      this.tell("connecting", this.problem);
      let problem = "", seconds = 0;
      try {
        await this.read();
      } catch (error) {
        if (this.control.signal.aborted) return;
        if (error instanceof Refusal && error.status === 412 && this.lastID) {
          // What came meanwhile is not to be had; it is told, and the stream begins anew.
          this.handlers.event(this, "gap", error.message.replace(/\.$/, ""), Parser.nothing());
          this.lastID = "";
          continue;
        }
        if (error instanceof Refusal && !error.isPassing) {
          this.tell("refused", error.message);
          await new Promise((resolve) => { this.wakeUp = resolve; });
          continue;
        }
        problem = error instanceof Refusal ? error.message : "The hub cannot be reached.";
        seconds = error.seconds ?? 0;
      }
      await this.pause(problem, seconds);
    }
  }

  async pause(problem, seconds) {
    // Twice as long each time up to 30 seconds, never less than the hub asks for, and not all pages at once.
    const backOff = Math.min(30_000, this.retry * 2 ** this.failures);
    const delay = Math.max(backOff, this.retry, seconds * 1000) * (1 + Math.random() / 4);
    this.failures = Math.min(this.failures + 1, 10);
    this.retryAt = Date.now() + delay;
    this.tell("waiting", problem);
    await new Promise((resolve) => {
      this.wakeUp = resolve;
      setTimeout(resolve, Math.min(delay, 2 ** 31 - 1));
    });
  }

  async read() {
    const { signal } = this.control;
    const response = await openStream(this.selectors, this.token, this.lastID, signal);
    this.failures = 0;
    this.tell("open");
    const decoder = new TextDecoder(), reader = response.body.getReader();
    const parser = new Parser({
      id: (id) => { this.lastID = id; },
      retry: (retry) => { this.retry = retry; },
      event: (type, data, about) => this.handlers.event(this, type, data, about),
    });
    while (true) {
      const { value, done } = await reader.read();
      if (done || signal.aborted) return;
      this.handlers.bytes(value.length);
      parser.push(decoder.decode(value, { stream: true }));
    }
  }
}
