@available(SwiftSSE 1.0, *)
extension ConsoleStyle {
    /// The events, and what is different on a phone.
    static let list = #"""
        main { display: flex; flex-direction: column; min-height: 0; padding: 1rem 1.25rem 1rem .5rem; }
        #tools { display: flex; gap: .5rem; align-items: center; }
        #tools input { margin: 0; background: var(--card); }
        #pause { min-width: 5rem; }
        #count { min-height: 1.5rem; margin: .35rem .1rem; color: var(--dim); font-size: .8rem; }
        #empty, #events { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
        #empty { padding: 3rem 1.25rem; color: var(--dim); text-align: center; }
        #empty p { margin: 0; }
        pre {
          display: inline-block; max-width: 100%; margin: .75rem 0 0; padding: .6rem .8rem; overflow-x: auto;
          text-align: left;
          background: var(--page); color: var(--text); border-radius: .4rem; font: .8125rem/1.5 var(--mono);
        }
        #events { list-style: none; margin: 0; padding: 0; overflow-y: auto; }
        #events:focus-visible { outline-offset: -2px; }
        /* What is out of sight is not laid out. */
        #events li {
          padding: .45rem .9rem .5rem; border-bottom: 1px solid var(--line);
          content-visibility: auto; contain-intrinsic-size: auto 3.4rem;
        }
        #events li.fresh { animation: fresh 1.2s ease-out; }
        #events li:last-child { border: 0; }
        @keyframes fresh { from { background: var(--accent-tint); } }
        .about {
          display: flex; align-items: baseline; gap: .6rem; margin-bottom: .15rem; font-size: .8rem; color: var(--dim);
        }
        time { flex: none; font-variant-numeric: tabular-nums; }
        .type { color: var(--type); font-weight: 600; }
        .type, .topic { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .labels { display: flex; flex: 0 1 auto; flex-wrap: wrap; gap: .2rem .35rem; min-width: 0; }
        .topic, .private { padding: 0 .45rem; border-radius: .3rem; font-size: inherit; font-weight: 450; }
        button.topic, button.chip { min-height: 1.5rem; max-width: 100%; background: var(--accent-tint); color: var(--accent); }
        button.topic:hover, button.chip:hover { background: var(--accent); color: var(--card); }
        button.chip { flex: 0 1 auto; min-height: 2.1rem; padding: 0 .7rem; overflow: hidden; text-overflow: ellipsis; }
        .private { background: var(--warn-tint); color: var(--warn); line-height: 1.5rem; }
        .private::before { content: "\25CF\00A0"; }
        .id {
          flex: 1 1 6rem; min-width: 3rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
          text-align: right;
          font: .75rem/1.6 var(--mono);
        }
        .data { overflow-wrap: anywhere; white-space: pre-wrap; font: .8125rem/1.5 var(--mono); tab-size: 4; }
        .data.none { color: var(--dim); font-style: italic; }
        .data.cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; cursor: pointer; }
        #events .actions { margin: .35rem 0 .5rem; }
        #events .actions button { min-height: 1.75rem; padding: 0 .6rem; font-size: .8rem; }
        button.open { align-self: center; width: 1.5rem; min-height: 1.5rem; padding: 0; flex: none; }
        button.open::before {
          content: ""; display: block; width: .4rem; height: .4rem; margin: auto; border: solid var(--dim);
          border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-.1rem, -.1rem);
        }
        .opened button.open::before { transform: rotate(-135deg) translate(-.1rem, -.1rem); }
        .key { color: var(--key); }
        .string { color: var(--string); }
        .value { color: var(--value); }
        .gap { background: var(--warn-tint); }
        .gap .type, .gap .data { color: var(--warn); }
        .gap .data { font-family: inherit; }

        dialog {
          width: min(28rem, 100vw - 2rem); padding: 1.25rem 1.5rem; background: var(--card); color: var(--text);
          border: 1px solid var(--line); border-radius: .75rem;
        }
        dialog::backdrop { background: var(--shade); }
        h2 { margin: 0 0 .75rem; font-size: 1rem; }
        dialog dl { margin: 0 0 1rem; }
        dialog dl div { display: flex; gap: 1rem; padding: .2rem 0; }
        dialog dt { width: 2.5rem; flex: none; }
        dialog dd { margin: 0; }
        kbd {
          padding: .05rem .4rem; border: 1px solid var(--line); border-bottom-width: 2px; border-radius: .3rem;
          background: var(--page); font: .8125rem/1.4 var(--mono);
        }
        dialog .check { margin: 1rem 0; }
        dialog form { justify-content: end; }

        @media (max-width: 54rem) {
          body { height: auto; min-height: 100dvh; font-size: 16px; }
          header { flex-wrap: wrap; padding: .6rem 1rem; }
          header dl { order: 2; flex-basis: 100%; justify-content: start; gap: 1rem; }
          header dl div { min-width: 0; }
          header dt { overflow: hidden; text-overflow: ellipsis; }
          header dl .last { flex: 1; order: 3; }
          #spark { width: 4rem; margin-left: auto; }
          #help { width: 2.25rem; min-height: 2.25rem; }
          #columns { display: block; }
          aside { gap: .5rem; padding: .75rem 1rem 0; overflow: visible; }
          main { padding: .75rem 1rem 1rem; }
          #events { overflow: visible; }
          input:not([type=checkbox]), textarea { min-height: 2.5rem; font-size: 1rem; }
          button:not(.quiet, .topic) { min-height: 2.5rem; }
          aside li button.quiet { min-width: 2.5rem; min-height: 2.5rem; }
          button.topic { min-height: 1.75rem; }
          .private { line-height: 1.75rem; }
          button.open { width: 2rem; min-height: 2rem; }
          #tools { flex-wrap: wrap; }
          #tools .grow { flex-basis: 8rem; }
          .chip { order: 1; max-width: 100%; }
          .about { flex-wrap: wrap; row-gap: 0; }
          .about .open { order: 1; margin: -.3rem 0 -.3rem auto; }
          .about .labels { order: 2; flex-basis: 100%; }
          .about .labels:empty { display: none; }
          .about .id { order: 3; flex-basis: 100%; text-align: left; }
          li:not(.opened) .id { display: none; }
        }
        @media (prefers-reduced-motion: reduce) { #events li.fresh { animation: none; } }
        """#
}
