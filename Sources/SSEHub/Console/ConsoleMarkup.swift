/// The console's page.
@available(SwiftSSE 1.0, *)
enum ConsoleMarkup {
    static let text = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>sse hub</title>
        <link rel="icon" href="data:,">
        <style>
        \#(ConsoleStyle.text)
        </style>
        </head>
        <body>
        <a class="skip" href="#events">Skip to the events</a>
        <header>
          <h1>sse hub</h1>
          <p id="state" role="status" data-state="connecting">connecting</p>
          <span id="countdown" aria-hidden="true"></span>
          <button id="again" class="quiet" type="button" hidden>Try now</button>
          <dl>
            <div class="last"><dt>Last event ID</dt><dd id="last">none</dd></div>
            <div id="subscribers-figure" hidden><dt>Subscribers</dt><dd id="subscribers-count">0</dd></div>
            <div><dt>Events</dt><dd><span id="events-rate">0</span><i>/s</i></dd></div>
            <div><dt>Bytes</dt><dd><span id="bytes-rate">0 B</span><i>/s</i></dd></div>
          </dl>
          <svg id="spark" viewBox="0 0 59 20" preserveAspectRatio="none" aria-hidden="true">
            <path class="area"></path><path class="line"></path>
          </svg>
          <button id="help" class="quiet" type="button" aria-label="Help and shortcuts" title="Help (?)">?</button>
        </header>
        <p id="problem" role="alert"></p>
        <div id="columns">
        <aside>
          <details open>
            <summary>Topics <span id="topics-note" class="note"></span></summary>
            <ul id="topics" aria-label="Subscribed topics"></ul>
            <form id="subscribe" class="inline">
              <label class="grow">Subscribe to
                <input id="selector" autocomplete="off" autocapitalize="none" spellcheck="false" required
                  maxlength="2048" placeholder="news, books/{id} or *" aria-describedby="topics-answer"></label>
              <button class="second">Add</button>
            </form>
            <p id="topics-answer" class="bad" role="status"></p>
            <form id="authorize" class="inline">
              <label class="grow">Token, if the hub asks for one
                <input id="token" type="password" autocomplete="off" spellcheck="false"
                  aria-describedby="token-hint"></label>
              <button class="second">Use</button>
            </form>
            <p id="token-hint" class="hint">Sent in the Authorization header, and forgotten with this page.</p>
            <div class="actions">
              <button id="replay" class="second" type="button" title="Show all that the hub keeps">Replay all</button>
              <button id="curl" class="second" type="button">Copy as curl</button>
            </div>
          </details>
          <details id="subscribers-part" open hidden>
            <summary>Subscribers <span id="subscribers-note" class="note"></span></summary>
            <p id="subscribers-text" class="hint"></p>
            <ul id="subscribers" aria-label="Subscriptions by topic"></ul>
          </details>
          <details open>
            <summary>Publish</summary>
            <form id="publish">
              <label>Topics, one a line
                <textarea id="publish-topics" rows="1" required spellcheck="false"
                  autocapitalize="none">greetings</textarea>
              </label>
              <label>Data
                <textarea id="publish-data" rows="2" spellcheck="false">Hello from this page</textarea></label>
              <div class="row">
                <label>Type <input id="publish-type" autocomplete="off" spellcheck="false"
                  placeholder="message"></label>
                <label>ID <input id="publish-id" autocomplete="off" spellcheck="false" placeholder="auto"></label>
                <label>Retry, ms <input id="publish-retry" type="number" min="0" max="4294967295" step="1"
                  inputmode="numeric"></label>
              </div>
              <label>Token, if another than for the topics
                <input id="publish-token" type="password" autocomplete="off" spellcheck="false"></label>
              <div class="send">
                <label class="check"><input id="publish-private" type="checkbox"> Private</label>
                <button>Publish</button>
              </div>
              <p id="answer" role="status"></p>
            </form>
          </details>
        </aside>
        <main>
          <div id="tools">
            <label class="grow"><span class="aside">Filter the events</span>
              <input id="filter" type="search" autocomplete="off" spellcheck="false"
                placeholder="Filter"></label>
            <button id="narrowed" class="chip" type="button" hidden><span class="aside">Show all topics, not only
              </span><span id="narrowed-name"></span> <span aria-hidden="true">×</span></button>
            <button id="pause" class="second" type="button" aria-pressed="false">Pause</button>
            <button id="clear" class="second" type="button">Clear</button>
          </div>
          <p id="count" role="status"></p>
          <p id="copied" class="aside" role="status"></p>
          <div id="empty">
            <p id="empty-text">Waiting for events. Publish one here, or from a terminal:</p>
            <pre id="example" tabindex="0"></pre>
          </div>
          <ol id="events" tabindex="0" aria-label="Events, the newest first"></ol>
          <button id="older" class="quiet" type="button" hidden></button>
        </main>
        </div>
        <dialog id="shortcuts" aria-labelledby="shortcuts-title">
          <h2 id="shortcuts-title">Shortcuts</h2>
          <dl>
            <div><dt><kbd>/</kbd></dt><dd>filter by topic, type, id or data: all words must be there</dd></div>
            <div><dt><kbd>p</kbd></dt><dd>pause, and resume</dd></div>
            <div><dt><kbd>c</kbd></dt><dd>clear the list</dd></div>
            <div><dt><kbd>e</kbd></dt><dd>go to the events, to scroll with the arrow keys</dd></div>
            <div><dt><kbd>t</kbd></dt><dd>subscribe to a topic</dd></div>
            <div><dt><kbd>n</kbd></dt><dd>write a new event; <kbd>Ctrl</kbd> <kbd>Enter</kbd> publishes it</dd></div>
            <div><dt><kbd>Esc</kbd></dt><dd>leave a field</dd></div>
            <div><dt><kbd>?</kbd></dt><dd>open this</dd></div>
          </dl>
          <p class="hint">The page keeps the newest 500 events. While it is paused, new ones are counted and shown
            afterwards. The topics of an event are those that the page is subscribed to and its token may see, and those
            that it was published to from this page. A click on one narrows the list to it; a click on a line that is
            cut opens it.</p>
          <label class="check"><input id="keys" type="checkbox" checked> Single keys are shortcuts</label>
          <form method="dialog"><button autofocus>Close</button></form>
        </dialog>
        <script type="module">
        \#(ConsoleScript.text)
        </script>
        </body>
        </html>
        """#
}
