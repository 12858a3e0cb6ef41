@available(SwiftSSE 1.0, *)
extension ConsoleScript {
    /// Chooses the topics, and shows how their streams are.
    static let topics = #"""
        /** What the page is subscribed to. With /?topic=news it begins with that topic alone. */
        const subscription = {
          selectors: [...new Set(new URLSearchParams(location.search).getAll("topic").filter(Boolean))],
          token: "",
          streams: [],
          counts: new Map(),
          lastID: "",

          /** Opens and closes streams until they are those of the topics. */
          update(from = null) {
            // A stream for each topic tells which one an event is of; a browser opens six connections to a host only.
            const groups = this.selectors.length > 3 ? [this.selectors] : this.selectors.map((selector) => [selector]);
            const old = this.streams;
            this.streams = groups.map((group) => {
              const same = old.find((stream) => stream.selectors.join("\n") === group.join("\n"));
              if (same && from === null && same.token === this.token) return same;
              const stream = new Stream(group, this.token, {
                state: () => this.tell(),
                bytes: (count) => traffic.bytes += count,
                event: (stream, type, data, hasID) => this.receive(stream, type, data, hasID),
              });
              stream.lastID = from ?? same?.lastID ?? "";
              return stream;
            });
            const query = new URLSearchParams(this.selectors.map((selector) => ["topic", selector]));
            const isAll = this.selectors.length === 1 && this.selectors[0] === "*";
            history.replaceState(null, "", isAll || !this.selectors.length ? location.pathname : `?${query}`);
            this.show();
            for (const stream of old) if (!this.streams.includes(stream)) stream.stop();
            for (const stream of this.streams) if (!old.includes(stream)) stream.run();
            this.tell();
          },

          receive(stream, type, data, hasID) {
            // The hub's own word of a gap has no id, and what others publish has always one.
            const isGap = type === "gap" && !hasID, id = isGap ? "" : stream.lastID;
            if (!isGap) {
              traffic.events += 1;
              for (const selector of stream.selectors) this.counts.set(selector, (this.counts.get(selector) ?? 0) + 1);
            }
            if (hasID) this.lastID = id;
            list.add({ time: new Date(), label: stream.label, type, id, data, isGap });
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
            find("#topics-hint").hidden = this.selectors.length <= 3;
            const all = this.selectors.map((selector) => selector === "*" ? "all" : selector).join(", ");
            find("#topics-note").textContent = all || "none";
            const topic = this.selectors.find((selector) => !/[*{]/.test(selector)) ?? "greetings";
            const quoted = topic.replace(/'/g, "'\\''");
            find("#example").textContent =
              `curl ${location.origin}${hub} \\\n  --data-urlencode 'topic=${quoted}' -d data=Hello`;
          },

          /** Shows how the streams are: the worst of them. */
          tell() {
            const worst = ["refused", "waiting", "connecting", "open"].map((state) =>
              this.streams.find((stream) => stream.state === state)).find(Boolean);
            const state = worst?.state ?? "none";
            const open = this.streams.filter((stream) => stream.state === "open").length;
            const names = { refused: "refused", waiting: "reconnecting", connecting: "connecting", open: "connected" };
            const isPartial = this.streams.length > 1 && open < this.streams.length;
            const text = (names[state] ?? "no topics") + (isPartial ? `, ${open} of ${this.streams.length} open` : "");
            // Told once only, not at each attempt.
            if (find("#state").textContent !== text) find("#state").textContent = text;
            find("#state").dataset.state = state;
            find("#again").hidden = state !== "refused" && state !== "waiting";
            const problem = worst?.problem ?? "";
            if (find("#problem").textContent !== problem) find("#problem").textContent = problem;
            this.tick();
          },

          /** What changes by the second. */
          tick() {
            const waiting = this.streams.filter((stream) => stream.state === "waiting");
            const next = Math.min(...waiting.map((stream) => stream.retryAt));
            const seconds = Math.max(0, Math.ceil((next - Date.now()) / 1000));
            find("#countdown").textContent = Number.isFinite(next) ? `in ${seconds} s` : "";
            find("#last").textContent = find("#last").title = this.lastID || "none";
            if (this.selectors.length > 3) return;
            this.selectors.forEach((selector, index) => {
              const count = this.counts.get(selector) ?? 0;
              find("#topics").children[index].querySelector(".number").textContent = count.toLocaleString("en");
            });
          },
        };
        if (!subscription.selectors.length) subscription.selectors = ["*"];
        find("#subscribe").onsubmit = (event) => {
          event.preventDefault();
          const selector = find("#selector").value.trim();
          if (selector && !subscription.selectors.includes(selector)) subscription.selectors.push(selector);
          find("#selector").value = "";
          subscription.update();
        };
        find("#authorize").onsubmit = (event) => {
          event.preventDefault();
          subscription.token = find("#token").value.trim();
          subscription.update();
          subscription.streams.forEach((stream) => stream.wake());
          subscribers.ask();
        };
        find("#replay").onclick = () => { list.clear(); subscription.update("earliest"); };
        find("#again").onclick = () => subscription.streams.forEach((stream) => stream.wake());
        addEventListener("online", () => subscription.streams.forEach((stream) => stream.wake()));
        """#
}
