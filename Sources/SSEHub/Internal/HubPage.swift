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

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>sse hub</title>
        <link rel="icon" href="data:,">
        <style>
          :root { color-scheme: light dark; --dim: light-dark(#667, #99a); --line: light-dark(#dde, #334);
                  --card: light-dark(#fff, #1b1b24); --page: light-dark(#f4f4f8, #121218); --accent: #f05138; }
          * { box-sizing: border-box; }
          body { margin: 0; padding: 2rem 1rem; background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
          main { max-width: 46rem; margin: auto; }
          header { display: flex; align-items: center; gap: .75rem; margin-bottom: 1rem; }
          h1 { font-size: 1.4rem; margin: 0; flex: 1; }
          #state { color: var(--dim); font-size: .9rem; }
          #state::before { content: ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%;
                           margin-right: .4rem; background: #c33; }
          #state.open::before { background: #2a2; }
          form, ol { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .75rem; }
          form { display: flex; gap: .5rem; flex-wrap: wrap; margin-bottom: 1rem; }
          input { font: inherit; padding: .4rem .6rem; border: 1px solid var(--line); border-radius: .4rem;
                  background: var(--page); color: inherit; min-width: 0; }
          #topic { flex: 1 8rem; } #data { flex: 3 14rem; }
          button { font: inherit; padding: .4rem 1rem; border: 0; border-radius: .4rem; background: var(--accent);
                   color: #fff; cursor: pointer; }
          #error { flex-basis: 100%; color: #c33; margin: 0; }
          #error:empty { display: none; }
          ol { list-style: none; margin: 0; min-height: 6rem; }
          li { display: flex; gap: .75rem; padding: .3rem 0; border-bottom: 1px solid var(--line); }
          li:last-child { border: 0; }
          li.empty { color: var(--dim); }
          time, .id { color: var(--dim); font: .85rem/1.75 ui-monospace, monospace; white-space: nowrap; }
          .data { flex: 1; white-space: pre-wrap; overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        <main>
        <header><h1>sse hub</h1><span id="state">connecting</span></header>
        <form>
          <input id="topic" aria-label="Topic" value="greetings" required>
          <input id="data" aria-label="Data" value="Hello from this page">
          <button>Publish</button>
          <p id="error" role="alert"></p>
        </form>
        <ol aria-live="polite"><li class="empty">Waiting for events on all topics.</li></ol>
        </main>
        <script>
          const hub = "/.well-known/mercure", list = document.querySelector("ol"), state = document.querySelector("#state");
          const source = new EventSource(hub + "?topic=*");
          source.onopen = () => { state.textContent = "connected"; state.className = "open"; };
          source.onerror = () => {
            state.textContent = source.readyState === EventSource.CLOSED ? "closed" : "reconnecting";
            state.className = "";
          };
          source.onmessage = show;
          source.addEventListener("gap", show);
          function show(event) {
            list.querySelector(".empty")?.remove();
            const item = document.createElement("li");
            for (const [tag, kind, text] of [["time", "", new Date().toLocaleTimeString()],
                ["span", "data", event.type === "gap" ? "Events are missing here: " + event.data : event.data],
                ["span", "id", event.lastEventId]]) {
              const part = document.createElement(tag);
              part.className = kind;
              part.textContent = text;
              item.append(part);
            }
            list.prepend(item);
            while (list.children.length > 200) list.lastChild.remove();
          }
          document.querySelector("form").onsubmit = async (event) => {
            event.preventDefault();
            const body = new URLSearchParams({ topic: topic.value, data: data.value });
            const error = document.querySelector("#error");
            try {
              const response = await fetch(hub, { method: "POST", body });
              error.textContent = response.ok ? "" : await response.text();
            } catch {
              error.textContent = "The hub cannot be reached.";
            }
          };
        </script>
        </body>
        </html>
        """
}
