// Shows the rates, and who is subscribed.

/** What this page receives, by the second. */
const traffic = {
  events: 0,
  bytes: 0,
  seconds: Array.from({ length: 60 }, () => [0, 0]),

  tick() {
    this.seconds = [...this.seconds.slice(1), [this.events, this.bytes]];
    [this.events, this.bytes] = [0, 0];
    const recent = this.seconds.slice(-5);
    const mean = (index) => recent.reduce((sum, second) => sum + second[index], 0) / recent.length;
    const events = mean(0);
    const text = (number, digits) => number.toLocaleString("en", { maximumFractionDigits: digits });
    find("#events-rate").textContent = text(events, events < 10 ? 1 : 0);
    let [bytes, unit] = [mean(1), 0];
    for (; bytes >= 1000 && unit < 3; unit += 1) bytes /= 1000;
    const number = text(bytes, unit && bytes < 10 ? 1 : 0);
    find("#bytes-rate").textContent = `${number} ${["B", "kB", "MB", "GB"][unit]}`;
    const top = Math.max(1, ...this.seconds.map((second) => second[0]));
    const points = this.seconds.map((second, index) => `${index},${(19 - 18 * second[0] / top).toFixed(2)}`);
    find("#spark .line").setAttribute("d", `M${points.join("L")}`);
    find("#spark .area").setAttribute("d", `M0,20L${points.join("L")}L59,20Z`);
  },
};

/** Who is subscribed, if the hub tells. */
const subscribers = {
  timer: null,

  async ask() {
    clearTimeout(this.timer);
    const begin = performance.now(), current = this.current = {};
    let isTold = true, text = "", members = [], pause = 5000;
    try {
      const { token } = subscription;
      const headers = token ? { Authorization: headerText(`Bearer ${token}`) } : {};
      const response = document.hidden ? null : await fetch(`${hub}/subscriptions`, { headers });
      if (response?.ok) members = (await response.json()).subscriptions ?? [];
      else if (response) {
        isTold = response.status !== 404;
        text = await this.explain(response);
        pause = 30_000;
      }
      if (current !== this.current) return;
      if (response) this.show(members, text, isTold);
    } catch {
      if (current !== this.current) return;
      this.show([], unreachable);
    }
    // A long list is asked for less often.
    this.timer = setTimeout(() => this.ask(), Math.max(pause, 20 * (performance.now() - begin)));
  },

  async explain(response) {
    const { message } = new Refusal(response, await response.text());
    const hint = response.status === 401 || response.status === 403
      ? ` Use a token for subscribers whose claim mercure.subscribe covers ${path}/subscriptions.` : "";
    return message + hint;
  },

  /** @param isTold Whether the hub tells at all who is subscribed. */
  show(members, problem, isTold = true) {
    find("#subscribers-part").hidden = !isTold;
    find("#subscribers-figure").hidden = Boolean(problem);
    const topics = new Map();
    for (const member of members) topics.set(member.topic, (topics.get(member.topic) ?? 0) + 1);
    const count = new Set(members.map((member) => member.subscriber)).size;
    find("#subscribers-count").textContent = count.toLocaleString("en");
    find("#subscribers-note").textContent = problem ? "" : count.toLocaleString("en");
    find("#subscribers-text").textContent = problem || (members.length ? "" : "Nobody is subscribed.");
    const order = [...topics].sort((one, other) =>
      other[1] - one[1] || one[0].localeCompare(other[0], "en", { numeric: true }));
    const rows = order.slice(0, 50).map(([topic, number]) => {
      const row = make("li");
      row.append(make("span", "name", topic), make("span", "number", number.toLocaleString("en")));
      return row;
    });
    if (order.length > 50) rows.push(make("li", "hint", `and ${order.length - 50} topics more`));
    find("#subscribers").replaceChildren(...rows);
  },
};
document.addEventListener("visibilitychange", () => document.hidden || subscribers.ask());
