internal import NIOHTTP1
internal import SSEServer

/// The page that shows the hub's events as they come, and publishes some.
@available(SwiftSSE 1.0, *)
enum HubPage {
    static let response = ServerResponse(
        .ok,
        headers: [
            "Cache-Control": "no-store",
            "Content-Security-Policy":
                "default-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:",
        ],
        text: Self.html,
        type: "text/html; charset=utf-8"
    )

    /// Reads the stream by itself: `EventSource` hands out events of those types only that it has been told of.
    private static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>sse hub</title>
        <link rel="icon" href="data:,">
        <style>
          :root { color-scheme: light dark; --dim: light-dark(#5c5c6e, #9c9cb0); --line: light-dark(#dde, #33334a);
                  --card: light-dark(#fff, #1b1b24); --page: light-dark(#f4f4f8, #121218);
                  --bad: light-dark(#b3261e, #ff8a80); --good: light-dark(#1e8e3e, #4cc26b); }
          * { box-sizing: border-box; }
          body { margin: 0; padding: 2rem 1rem; background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
          main { max-width: 46rem; margin: auto; }
          header { display: flex; align-items: baseline; gap: .75rem; margin-bottom: 1rem; }
          h1 { font-size: 1.4rem; margin: 0; }
          #topics { flex: 1; color: var(--dim); overflow-wrap: anywhere; }
          #state { color: var(--dim); font-size: .9rem; white-space: nowrap; }
          #state::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%;
                           margin-right: .4rem; background: var(--bad); }
          #state.open::before { background: var(--good); }
          form, ol { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
          form { display: flex; align-items: end; gap: .75rem; flex-wrap: wrap; margin-bottom: 1rem; padding: 1rem; }
          label { color: var(--dim); font-size: .85rem; flex: 1 8rem; min-width: 0; }
          label:nth-of-type(2) { flex: 3 14rem; }
          input { display: block; width: 100%; font: 1rem/1.5 system-ui, sans-serif; padding: .4rem .6rem;
                  color: CanvasText; border: 1px solid var(--line); border-radius: .4rem; background: var(--page); }
          button { font: inherit; padding: .4rem 1.2rem; border: 1px solid transparent; border-radius: .4rem;
                   background: #c73e28; color: #fff; cursor: pointer; }
          button:hover { background: #a93220; }
          #error { flex-basis: 100%; color: var(--bad); margin: 0; }
          #error:empty { display: none; }
          ol { list-style: none; margin: 0; padding: .25rem 1rem; }
          li { padding: .6rem 0; border-bottom: 1px solid var(--line); }
          li:last-child { border: 0; }
          .about { display: flex; gap: .75rem; color: var(--dim); font: .8rem/1.5 ui-monospace, monospace; }
          .type { color: light-dark(#0b57d0, #8ab4f8); }
          .id { flex: 1; min-width: 0; text-align: right; overflow: hidden; text-overflow: ellipsis;
                 white-space: nowrap; }
          .data { white-space: pre-wrap; overflow-wrap: anywhere; }
          .gap .data { color: var(--bad); }
          .empty { color: var(--dim); }
          .empty code { display: block; overflow-x: auto; margin: .25rem 0; white-space: nowrap; font-size: .85rem; }
          @media (max-width: 34rem) { button { flex: 1 1 100%; } }
        </style>
        </head>
        <body>
        <main>
        <header><h1>sse hub</h1><span id="topics"></span><span id="state">connecting</span></header>
        <form>
          <label>Topic <input id="topic" value="greetings" required></label>
          <label>Data <input id="data" value="Hello from this page"></label>
          <button>Publish</button>
          <p id="error" role="alert"></p>
        </form>
        <ol aria-live="polite">
          <li class="empty">Waiting for events. Publish one above, or from a terminal:<code></code></li>
        </ol>
        </main>
        <script>
          const hub = "/.well-known/mercure", find = (selector) => document.querySelector(selector), list = find("ol");
          // With /?topic=news the page shows that topic alone.
          const query = new URLSearchParams(location.search);
          if (!query.has("topic")) query.append("topic", "*");
          find("#topics").textContent = query.getAll("topic").join(", ").replace(/^\*$/, "all topics");
          find(".empty code").textContent = `curl ${location.origin}${hub} -d topic=greetings -d data=Hello`;
          let lastID = null, retry = 3000;

          function tell(text, isOpen) {
            find("#state").textContent = text;
            find("#state").className = isOpen ? "open" : "";
          }

          function show(event) {
            find(".empty")?.remove();
            const isGap = event.type === "gap";
            const item = document.createElement("li"), about = document.createElement("div");
            item.className = isGap ? "gap" : "";
            about.className = "about";
            const part = (parent, tag, kind, text) => {
              const element = document.createElement(tag);
              [element.className, element.textContent, element.title] = [kind, text, kind === "id" ? text : ""];
              parent.append(element);
            };
            part(about, "time", "", new Date().toLocaleTimeString());
            if (event.type !== "message") part(about, "span", "type", event.type);
            part(about, "span", "id", event.id);
            item.append(about);
            part(item, "div", "data", isGap ? `Events are missing here (${event.data}).` : event.data);
            list.prepend(item);
            while (list.children.length > 200) list.lastElementChild.remove();
          }

          async function read() {
            if (lastID !== null) query.set("lastEventID", lastID);
            const response = await fetch(`${hub}?${query}`, { headers: { Accept: "text/event-stream" } });
            if (!response.ok) throw new Error(await response.text());
            tell("connected", true);
            const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
            let rest = "", type = "", data = [];
            while (true) {
              const { value, done } = await reader.read();
              if (done) return;
              const lines = (rest + value).split("\n");
              rest = lines.pop();
              for (const line of lines) {
                const [, name, text] = line.match(/^([^:]*):? ?(.*)$/s);
                if (name === "data") data.push(text);
                else if (name === "event") type = text;
                else if (name === "id") lastID = text;
                else if (name === "retry") retry = Number(text);
                else if (line === "") {
                  if (data.length) show({ type: type || "message", data: data.join("\n"), id: lastID ?? "" });
                  [type, data] = ["", []];
                }
              }
            }
          }

          async function follow() {
            while (true) {
              // What goes wrong shows in the state, and the next attempt may go well.
              await read().catch((error) => console.warn(error));
              tell("reconnecting", false);
              await new Promise((resolve) => setTimeout(resolve, retry));
            }
          }
          follow();

          find("form").onsubmit = async (event) => {
            event.preventDefault();
            const body = new URLSearchParams({ topic: find("#topic").value, data: find("#data").value });
            try {
              const response = await fetch(hub, { method: "POST", body });
              find("#error").textContent = response.ok ? "" : await response.text();
            } catch {
              find("#error").textContent = "The hub cannot be reached.";
            }
          };
        </script>
        </body>
        </html>
        """#
}
