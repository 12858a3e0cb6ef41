import HTTPTypes
import Hummingbird
import NIOCore

/// The page that shows the demo's events live, without anything from elsewhere.
enum DemoPage {
    static var response: Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: Self.html))
        )
    }

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>sse demo</title>
        <link rel="icon" href="data:,">
        <style>
          :root { color-scheme: light dark; --dim: light-dark(#667, #99a); --line: light-dark(#dde, #334);
                  --card: light-dark(#fff, #1b1b24); --page: light-dark(#f4f4f8, #121218); --accent: #f05138; }
          * { box-sizing: border-box; }
          body { margin: 0; padding: 2rem 1rem; background: var(--page); font: 16px/1.5 system-ui, sans-serif; }
          main { max-width: 40rem; margin: auto; }
          header { display: flex; align-items: center; gap: .75rem; margin-bottom: 1rem; }
          h1 { font-size: 1.4rem; margin: 0; flex: 1; }
          #state { display: flex; align-items: center; gap: .5rem; color: var(--dim); }
          #state::before { content: ""; width: .65rem; height: .65rem; border-radius: 50%; background: #b0b0b8; }
          #state.open::before { background: #2fa84f; } #state.lost::before { background: var(--accent); }
          section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
          #now { padding: 1.25rem; font: 600 clamp(1.1rem, 5vw, 1.6rem) ui-monospace, monospace; min-height: 5rem;
                 border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
          ol { list-style: none; margin: 0; padding: 0; font-family: ui-monospace, monospace; font-size: .9rem; }
          li { display: flex; gap: 1rem; padding: .4rem 1.25rem; border-bottom: 1px solid var(--line); }
          li:last-child { border: 0; } li span:first-child { color: var(--dim); min-width: 3.5rem; }
          p { color: var(--dim); font-size: .9rem; } code { font-family: ui-monospace, monospace; }
        </style>
        </head>
        <body>
        <main>
          <header><h1>Server-Sent Events, live</h1><div id="state" role="status">connecting</div></header>
          <section aria-live="off"><div id="now">waiting for the first event …</div><ol id="log"></ol></section>
          <p>Each line is an event <code>timestamp</code> from <code>/sse</code>, read with the browser's
             <code>EventSource</code>. <span id="count">0</span> received.</p>
        </main>
        <script>
          const byID = (id) => document.getElementById(id);
          const state = (text, name) => { byID("state").textContent = text; byID("state").className = name; };
          const source = new EventSource("/sse");
          let count = 0;
          source.onopen = () => state("connected", "open");
          source.onerror = () => state(source.readyState === EventSource.CLOSED ? "closed" : "reconnecting", "lost");
          source.addEventListener("timestamp", (event) => {
            byID("now").textContent = event.data;
            byID("count").textContent = ++count;
            const row = document.createElement("li");
            for (const text of ["id " + event.lastEventId, event.data]) {
              row.append(Object.assign(document.createElement("span"), { textContent: text }));
            }
            byID("log").prepend(row);
            if (byID("log").children.length > 12) byID("log").lastChild.remove();
          });
        </script>
        </body>
        </html>
        """
}
