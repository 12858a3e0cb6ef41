// Chooses the topics, and shows how their streams are.

/** What the page is subscribed to, by one stream, since a browser opens six connections to a host of HTTP/1.1.
 *  With /?topic=news it begins with that topic alone. */
const subscription = {
  selectors: [...new Set(new URLSearchParams(location.search).getAll("topic").filter(Boolean))],
  token: "",
  stream: null,
  counts: new Map(),
  lastID: "",

  /** Opens another stream if the topics or the token are others. */
  update(from = null) {
    const old = this.stream, { selectors, token } = this;
    const isSame = old && from === null && old.token === token
      && old.selectors.join("\n") === selectors.join("\n");
    const query = new URLSearchParams(selectors.map((selector) => ["topic", selector]));
    const isAll = selectors.length === 1 && selectors[0] === "*";
    history.replaceState(null, "", isAll || !selectors.length ? location.pathname : `?${query}`);
    this.show();
    if (isSame) return;
    old?.stop();
    this.stream = selectors.length ? this.makeStream(from ?? old?.lastID ?? "") : null;
    this.stream?.run();
    this.tell();
  },

  makeStream(lastID) {
    const stream = new Stream(this.selectors, this.token, {
      state: () => this.tell(),
      bytes: (count) => traffic.bytes += count,
      event: (stream, type, data, about) => this.receive(stream, type, data, about),
    });
    stream.lastID = lastID;
    return stream;
  },

  receive(stream, type, data, { hasID, ...about }) {
    // The hub's own word of a gap has no id, and what others publish has always one.
    const isGap = type === "gap" && !hasID, id = isGap ? "" : stream.lastID;
    if (!isGap) {
      traffic.events += 1;
      const [first, ...others] = stream.selectors;
      for (const name of others.length ? new Set(["*", ...about.topics]) : [first]) {
        if (stream.selectors.includes(name)) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      }
    }
    if (hasID) this.lastID = id;
    list.add({ time: new Date(), type, id, data, isGap, ...about });
  },

  show() {
    const items = this.selectors.map((selector) => {
      const item = make("li"), remove = make("button", "quiet", "×"), count = make("span", "number");
      remove.type = "button";
      remove.setAttribute("aria-label", `Unsubscribe from ${selector}`);
      remove.onclick = () => {
        this.selectors = this.selectors.filter((other) => other !== selector);
        this.update();
        find("#selector").focus();
      };
      item.append(make("span", "name", selector === "*" ? "* all topics" : selector), count, remove);
      return item;
    });
    find("#topics").replaceChildren(...items);
    const all = this.selectors.map((selector) => selector === "*" ? "all" : selector).join(", ");
    find("#topics-note").textContent = all || "none";
    find("#curl").hidden = !this.selectors.length;
    const topic = this.selectors.find((selector) => !/[*{]/.test(selector)) ?? "greetings";
    find("#example").textContent =
      `curl ${hub} \\\n  --data-urlencode ${quoted(`topic=${topic}`)} -d data=Hello`;
  },

  /** Shows how the stream is. */
  tell() {
    const state = this.stream?.state ?? "none";
    const names = { refused: "refused", waiting: "reconnecting", connecting: "connecting", open: "connected" };
    const text = names[state] ?? "no topics";
    // Told once only, not at each attempt.
    if (find("#state").textContent !== text) find("#state").textContent = text;
    find("#state").dataset.state = state;
    find("#again").hidden = state !== "refused" && state !== "waiting";
    const problem = this.stream?.problem ?? "";
    if (find("#problem").textContent !== problem) find("#problem").textContent = problem;
    this.tick();
  },

  /** What changes by the second. */
  tick() {
    const isWaiting = this.stream?.state === "waiting";
    const seconds = isWaiting ? Math.max(0, Math.ceil((this.stream.retryAt - Date.now()) / 1000)) : 0;
    find("#countdown").textContent = isWaiting ? `in ${seconds} s` : "";
    find("#last").textContent = find("#last").title = this.lastID || "none";
    this.selectors.forEach((selector, index) => {
      // Which of several templates an event is of, only the hub can tell.
      const isCounted = this.selectors.length === 1 || !selector.includes("{");
      const count = isCounted ? (this.counts.get(selector) ?? 0).toLocaleString("en") : "";
      find("#topics").children[index].querySelector(".number").textContent = count;
    });
  },

  /** Adds topics if the hub takes them; if not, the stream of the others goes on. */
  async add(selector) {
    if (!selector || this.selectors.includes(selector)) return "";
    const control = new AbortController();
    try {
      await openStream([selector], this.token, "", control.signal);
    } catch (error) {
      // What fails otherwise fails for all, and is told by the stream.
      if (error instanceof Refusal && !error.isPassing) return error.message;
    } finally {
      control.abort();
    }
    this.selectors = [...this.selectors, selector];
    this.update();
    return "";
  },
};
if (!subscription.selectors.length) subscription.selectors = ["*"];
find("#subscribe").onsubmit = async (event) => {
  event.preventDefault();
  const problem = await subscription.add(find("#selector").value.trim());
  find("#topics-answer").textContent = problem;
  if (!problem) find("#selector").value = "";
};
find("#authorize").onsubmit = (event) => {
  event.preventDefault();
  subscription.token = find("#token").value.trim();
  subscription.update();
  subscription.stream?.wake();
  subscribers.ask();
};
find("#replay").onclick = () => { list.clear(); subscription.update("earliest"); };
find("#curl").onclick = ({ target }) => copy(curlToSubscribe(), target);
find("#again").onclick = () => subscription.stream?.wake();
addEventListener("online", () => subscription.stream?.wake());
