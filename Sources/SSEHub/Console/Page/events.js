// Keeps events: the filter and the pause.

/** The newest events, and those that wait while the list is paused. */
const list = {
  most: 500,
  /** How many of them have rows until somebody reads on: rows are what costs. */
  mostRows: 50,
  mostCharacters: 16_000_000,
  /** The oldest first. */
  shown: [],
  waiting: [],
  waitingCharacters: 0,
  missed: 0,
  isPaused: false,
  timer: null,
  /** Many at once are shown less often. */
  isBusy: false,
  /** What this page has published, by id: the topics, and whether it is private. */
  published: new Map(),

  add(event) {
    event.labels = new Set(event.topics);
    this.waiting.push(event);
    this.waitingCharacters += event.data.length;
    if (this.isPaused) {
      this.missed += 1;
      this.tellSoon();
    }
    if (this.waiting.length > this.most || this.waitingCharacters > this.mostCharacters) {
      this.waitingCharacters = this.trim(this.waiting);
    }
    // Not one by one: a busy hub sends thousands a second.
    this.timer ??= setTimeout(() => { this.timer = null; this.flush(); }, this.isBusy ? 500 : 50);
  },

  /** Lets go of the oldest, and tells how many characters are left. */
  trim(events) {
    let characters = events.reduce((sum, event) => sum + event.data.length, 0), count = 0;
    while (events.length - count > this.most
      || (characters > this.mostCharacters && events.length - count > 1)) {
      characters -= events[count].data.length;
      this.removeRow(events[count]);
      count += 1;
    }
    events.splice(0, count);
    return characters;
  },

  flush() {
    if (this.isPaused || !this.waiting.length) return;
    // 60 a second, either way.
    this.isBusy = this.waiting.length > (this.isBusy ? 30 : 3);
    const box = find("#events");
    // Who has scrolled down reads, and keeps what is there.
    const isReading = box.scrollTop > 0 || box.getBoundingClientRect().top < 0;
    for (const event of this.waiting) {
      this.note(event);
      event.isHidden = !this.matches(event);
    }
    const visible = this.waiting.filter((event) => !event.isHidden);
    this.shown.push(...this.waiting);
    [this.waiting, this.waitingCharacters] = [[], 0];
    this.trim(this.shown);
    const count = isReading ? visible.length : this.mostRows;
    const rows = visible.slice(-count).map((event) => makeRow(event)).reverse();
    for (const row of rows) row.classList.toggle("fresh", !this.isBusy);
    box.prepend(...rows);
    if (!isReading) this.cut();
    this.tell();
  },

  removeRow(event) {
    event.row?.remove();
    event.row = null;
  },

  /** Leaves rows to the newest alone. */
  cut() {
    const box = find("#events");
    while (box.childElementCount > this.mostRows) {
      const event = eventsOfRows.get(box.lastElementChild);
      box.lastElementChild.remove();
      if (event) event.row = null;
    }
  },

  /** Makes the rows of older events, as many again. */
  showOlder() {
    const visible = this.shown.filter((event) => !event.isHidden);
    const end = visible.findIndex((event) => event.row), count = end < 0 ? visible.length : end;
    const box = find("#events"), more = Math.max(this.mostRows, box.childElementCount);
    const older = visible.slice(Math.max(0, count - more), count);
    box.append(...older.map((event) => makeRow(event)).reverse());
    this.tell();
  },

  /** Adds what this page knows of an event that it has published itself. */
  note(event) {
    const known = this.published.get(event.id);
    known?.topics.forEach((topic) => event.labels.add(topic));
    event.isPrivate ||= known?.isPrivate ?? false;
  },

  noteAll(id, topics, isPrivate) {
    this.published.set(id, { topics, isPrivate });
    if (this.published.size > 200) this.published.delete(this.published.keys().next().value);
    const event = this.shown.findLast((other) => other.id === id);
    if (!event) return;
    this.note(event);
    event.row?.querySelector(".labels").replaceChildren(...makeLabels(event));
  },

  words: [],
  /** The topic that the list is narrowed to, by a click on it. */
  topic: null,

  matches(event) {
    if (this.topic !== null && !event.labels.has(this.topic)) return false;
    if (!this.words.length) return true;
    const mark = event.isPrivate ? "private" : "";
    const text = [...event.labels, mark, event.type, event.id, event.data].join("\n").toLowerCase();
    return this.words.every((word) => text.includes(word));
  },

  filter(text) {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.apply();
  },

  /** Narrows the list to a topic, or widens it again. */
  narrow(topic) {
    this.topic = topic;
    find("#narrowed").hidden = topic === null;
    find("#narrowed-name").textContent = topic ?? "";
    this.apply();
  },

  apply() {
    for (const event of this.shown) {
      event.isHidden = !this.matches(event);
      event.row = null;
    }
    find("#events").replaceChildren();
    this.showOlder();
  },

  pause(isPaused) {
    [this.isPaused, this.missed] = [isPaused, 0];
    find("#pause").setAttribute("aria-pressed", String(isPaused));
    find("#pause").textContent = isPaused ? "Resume" : "Pause";
    isPaused ? this.tell() : (this.flush(), this.tell());
  },

  clear() {
    find("#events").replaceChildren();
    [this.shown, this.waiting, this.waitingCharacters, this.missed] = [[], [], 0, 0];
    this.tell();
  },

  tellSoon() { this.telling ??= setTimeout(() => { this.telling = null; this.tell(); }, 50); },

  tell() {
    const all = this.shown.length, visible = this.shown.filter((event) => !event.isHidden).length;
    const name = (count) => `${count.toLocaleString("en")} ${count === 1 ? "event" : "events"}`;
    const isFiltered = this.words.length || this.topic !== null;
    let text = isFiltered ? `${visible} of ${name(all)} match` : name(all);
    if (all >= this.most) text += ", the oldest dropped";
    if (this.isPaused) text += ` · paused, ${this.missed.toLocaleString("en")} new`;
    if (!all && !this.isPaused) text = "";
    if (find("#count").textContent !== text) find("#count").textContent = text;
    document.title = this.isPaused ? `(${this.missed}) sse hub` : "sse hub";
    const rest = visible - find("#events").childElementCount;
    find("#older").hidden = rest <= 0;
    find("#older").textContent = `Show older events (${rest})`;
    find("#empty").hidden = visible > 0;
    find("#events").hidden = visible === 0;
    find("#empty-text").textContent = all
      ? "No event matches the filter." : "Waiting for events. Publish one here, or from a terminal:";
    find("#example").hidden = all > 0;
  },
};
find("#filter").oninput = (event) => list.filter(event.target.value);
find("#narrowed").onclick = () => { list.narrow(null); find("#filter").focus(); };
find("#pause").onclick = () => list.pause(!list.isPaused);
find("#clear").onclick = () => list.clear();
find("#older").onclick = () => list.showOlder();
