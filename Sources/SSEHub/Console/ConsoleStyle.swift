/// How the console looks: its colours, which follow the system's, and its frame.
@available(SwiftSSE 1.0, *)
enum ConsoleStyle {
    static let text = [Self.frame, Self.forms, Self.list].joined(separator: "\n")

    static let frame = #"""
        :root {
          color-scheme: light dark;
          --page: light-dark(#f5f5f7, #121215);
          --card: light-dark(#fff, #1a1a1f);
          --field: light-dark(#fff, #141418);
          --line: light-dark(#e1e1e8, #2d2d36);
          --edge: light-dark(#84848f, #73737f);
          --text: light-dark(#1b1b21, #ececf2);
          --dim: light-dark(#5d5d6b, #a0a0b0);
          --accent: light-dark(#5238c4, #b8a8ff);
          --accent-tint: light-dark(#efecfb, #2a2545);
          --button: light-dark(#5238c4, #6a50dc);
          --button-hover: light-dark(#412aa3, #5a41c8);
          --on-button: light-dark(#fff, #fff);
          --good: light-dark(#16794c, #4fc98a);
          --warn: light-dark(#855300, #f0b44c);
          --warn-tint: light-dark(#fbeed3, #38290c);
          --bad: light-dark(#b3261e, #ff8f85);
          --bad-tint: light-dark(#fdeceb, #321917);
          --type: light-dark(#1450b8, #8db6ff);
          --key: light-dark(#1450b8, #8db6ff);
          --string: light-dark(#16794c, #86d9ae);
          --value: light-dark(#8f4a00, #f0b980);
          --shade: light-dark(#0008, #0008);
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        * { box-sizing: border-box; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
        [hidden] { display: none !important; }
        body {
          display: flex; flex-direction: column; height: 100vh; height: 100dvh; margin: 0;
          background: var(--page); color: var(--text); font: 14px/1.5 system-ui, sans-serif;
        }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus {
          left: 1rem; top: .5rem; z-index: 1; padding: .4rem .8rem; background: var(--card); color: var(--text);
        }
        .aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

        header {
          display: flex; align-items: center; gap: .25rem .75rem; padding: .6rem 1.25rem;
          background: var(--card); border-bottom: 1px solid var(--line);
        }
        h1 { margin: 0; font-size: 1rem; font-weight: 650; letter-spacing: -.01em; white-space: nowrap; }
        #state { display: flex; align-items: center; gap: .45rem; margin: 0; white-space: nowrap; }
        #state::before { content: ""; width: .55rem; height: .55rem; border-radius: 50%; background: var(--warn); }
        #state[data-state=open]::before { background: var(--good); }
        #state[data-state=refused]::before { background: var(--bad); }
        #state[data-state=none]::before { background: var(--edge); }
        #countdown { margin-left: -.5rem; color: var(--dim); font-variant-numeric: tabular-nums; }
        header dl { display: flex; flex: 1; justify-content: end; gap: 1.75rem; min-width: 0; margin: 0; }
        header dl div { min-width: 4.5rem; }
        header dl .last { flex: 0 1 auto; min-width: 0; }
        header dt { color: var(--dim); font-size: .75rem; line-height: 1.2; white-space: nowrap; }
        header dd {
          margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-variant-numeric: tabular-nums;
        }
        header dd i { color: var(--dim); font-style: normal; }
        #last { max-width: 22rem; font: .85rem/1.6 var(--mono); }
        #spark { width: 8rem; height: 2rem; flex: none; border-bottom: 1px solid var(--line); }
        #spark path { fill: none; }
        #spark .line {
          stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round;
        }
        #spark .area { fill: var(--accent); opacity: .14; }
        #problem { margin: 0; padding: .5rem 1.25rem; background: var(--bad-tint); color: var(--bad); }
        #problem:empty { display: none; }
        """#
}
