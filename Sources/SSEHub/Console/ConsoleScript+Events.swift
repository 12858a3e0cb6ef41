@available(SwiftSSE 1.0, *)
extension ConsoleScript {
    /// Keeps and shows events: the filter and the pause.
    static let events = #"""
        /** The newest events, and those that wait while the list is paused. */
        const list = {
          most: 500,
          mostCharacters: 16_000_000,
          /** The oldest first. */
          shown: [],
          waiting: [],
          missed: 0,
          isPaused: false,
          timer: null,
          /** What this page has published, by id: the topics, and whether it is private. */
          published: new Map(),

          add(event) {
            // Streams of several topics each have their own copy.
            const isTwin = (other) => other.id === event.id && other.type === event.type && other.data === event.data
              && event.label !== null && !other.labels.has(event.label);
            const twin = event.id && !event.isGap
              ? this.waiting.findLast(isTwin) ?? this.shown.findLast(isTwin) : undefined;
            if (twin) {
              twin.labels.add(event.label);
              return this.describe(twin);
            }
            event.labels = new Set(event.label === null ? [] : [event.label]);
            this.waiting.push(event);
            if (this.isPaused) {
              this.missed += 1;
              this.tell();
            }
            this.trim(this.waiting);
            // Not one by one: a busy hub sends thousands a second.
            this.timer ??= setTimeout(() => { this.timer = null; this.flush(); }, 50);
          },

          trim(events) {
            let characters = events.reduce((sum, event) => sum + event.data.length, 0);
            while (events.length > this.most || (characters > this.mostCharacters && events.length > 1)) {
              const oldest = events.shift();
              characters -= oldest.data.length;
              oldest.row?.remove();
            }
          },

          flush() {
            if (this.isPaused || !this.waiting.length) return;
            const rows = document.createDocumentFragment();
            const isCalm = this.waiting.length <= 3;
            for (const event of this.waiting) {
              event.row = this.makeRow(event);
              event.row.classList.toggle("fresh", isCalm);
              event.row.hidden = !this.matches(event);
              this.describe(event);
              rows.prepend(event.row);
            }
            find("#events").prepend(rows);
            this.shown.push(...this.waiting);
            this.waiting = [];
            this.trim(this.shown);
            this.tell();
          },

          makeRow(event) {
            const row = make("li", event.isGap ? "gap" : ""), about = make("div", "about"), time = make("time");
            const pad = (number, digits = 2) => String(number).padStart(digits, "0"), at = event.time;
            time.dateTime = at.toISOString();
            time.textContent = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => pad(part)).join(":");
            time.append(make("span", "", `.${pad(at.getMilliseconds(), 3)}`));
            about.append(time);
            if (event.type !== "message") about.append(make("span", "type", event.type));
            about.append(make("span", "labels"));
            const id = make("span", "id", event.id);
            id.title = event.id;
            about.append(id);
            const missing = `Events are missing here (${event.data}).`;
            row.append(about, ...(event.isGap ? [make("div", "data", missing)] : makeData(event.data)));
            return row;
          },

          /** Shows what is known of an event beyond itself. */
          describe(event) {
            const known = this.published.get(event.id);
            if (known) known.topics.forEach((topic) => event.labels.add(topic));
            if (!event.row) return;
            const topics = [...event.labels].filter((label) => label !== "*");
            const labels = topics.map((topic) => make("span", "topic", topic));
            if (known?.isPrivate) labels.push(make("span", "private", "private"));
            event.row.querySelector(".labels").replaceChildren(...labels);
          },

          note(id, topics, isPrivate) {
            this.published.set(id, { topics, isPrivate });
            if (this.published.size > 200) this.published.delete(this.published.keys().next().value);
            for (const event of [...this.shown, ...this.waiting]) if (event.id === id) this.describe(event);
          },

          matches(event) {
            if (!this.words.length) return true;
            const text = [...event.labels, event.type, event.id, event.data].join("\n").toLowerCase();
            return this.words.every((word) => text.includes(word));
          },

          words: [],

          filter(text) {
            this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
            for (const event of this.shown) event.row.hidden = !this.matches(event);
            this.tell();
          },

          pause(isPaused) {
            [this.isPaused, this.missed] = [isPaused, 0];
            find("#pause").setAttribute("aria-pressed", String(isPaused));
            find("#pause").textContent = isPaused ? "Resume" : "Pause";
            isPaused ? this.tell() : (this.flush(), this.tell());
          },

          clear() {
            for (const event of this.shown) event.row.remove();
            [this.shown, this.waiting, this.missed] = [[], [], 0];
            this.tell();
          },

          tell() {
            const all = this.shown.length, visible = this.shown.filter((event) => !event.row.hidden).length;
            const name = (count) => `${count.toLocaleString("en")} ${count === 1 ? "event" : "events"}`;
            let text = this.words.length ? `${visible} of ${name(all)} match` : name(all);
            if (all >= this.most) text += ", the oldest dropped";
            if (this.isPaused) text += ` · paused, ${this.missed.toLocaleString("en")} new`;
            find("#count").textContent = all || this.isPaused ? text : "";
            document.title = this.isPaused ? `(${this.missed}) sse hub` : "sse hub";
            find("#empty").hidden = visible > 0;
            find("#events").hidden = visible === 0;
            find("#empty-text").textContent = all
              ? "No event matches the filter." : "Waiting for events. Publish one here, or from a terminal:";
            find("#example").hidden = all > 0;
          },
        };
        find("#filter").oninput = (event) => list.filter(event.target.value);
        find("#pause").onclick = () => list.pause(!list.isPaused);
        find("#clear").onclick = () => list.clear();
        """#
}
