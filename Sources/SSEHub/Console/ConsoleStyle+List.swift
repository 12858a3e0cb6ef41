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
        #events li { padding: .55rem .9rem .6rem; border-bottom: 1px solid var(--line); }
        #events li.fresh { animation: fresh 1.2s ease-out; }
        #events li:last-child { border: 0; }
        @keyframes fresh { from { background: light-dark(#fff3ef, #2a1d1a); } }
        .about {
          display: flex; align-items: baseline; gap: .6rem; margin-bottom: .15rem; font-size: .8rem; color: var(--dim);
        }
        time { flex: none; font-variant-numeric: tabular-nums; }
        time span { opacity: .75; }
        .type { color: var(--blue); font-weight: 600; }
        .type, .topic { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .labels { display: flex; flex: 0 1 auto; gap: .35rem; min-width: 0; overflow: hidden; }
        .topic, .private { padding: 0 .45rem; border-radius: .3rem; background: var(--page); color: var(--text); }
        .private { background: light-dark(#fbeed3, #38290c); color: var(--warn); }
        .id {
          flex: 1 1 6rem; min-width: 3rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
          text-align: right;
          font: .75rem/1.6 var(--mono);
        }
        .data { overflow-wrap: anywhere; white-space: pre-wrap; font: .8125rem/1.5 var(--mono); tab-size: 4; }
        .data.none { color: var(--dim); font-style: italic; }
        .data.cut { max-height: 13.5rem; overflow: hidden; mask: linear-gradient(#000 75%, transparent); }
        button.more { padding: 0; text-decoration: underline; text-underline-offset: .2em; }
        .key { color: var(--blue); }
        .string { color: light-dark(#16794c, #86d9ae); }
        .value { color: light-dark(#8f4a00, #f0b980); }
        .gap { background: light-dark(#fef6e7, #2a2110); }
        .gap .type, .gap .data { color: var(--warn); }
        .gap .data { font-family: inherit; }

        dialog {
          width: min(28rem, 100vw - 2rem); padding: 1.25rem 1.5rem; background: var(--card); color: var(--text);
          border: 1px solid var(--line); border-radius: .75rem;
        }
        dialog::backdrop { background: #0008; }
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
          header dl { order: 2; flex-basis: 100%; justify-content: start; gap: 1.25rem; }
          header dl .last { flex: 1; order: 3; }
          #spark { width: 4rem; margin-left: auto; }
          #help { width: 2.25rem; min-height: 2.25rem; }
          #columns { display: block; }
          aside { gap: .5rem; padding: .75rem 1rem 0; overflow: visible; }
          main { padding: .75rem 1rem 1rem; }
          #events { overflow: visible; }
          input:not([type=checkbox]), textarea { min-height: 2.5rem; font-size: 1rem; }
          button:not(.quiet) { min-height: 2.5rem; }
          li button.quiet { min-width: 2.5rem; min-height: 2.5rem; }
          .about { flex-wrap: wrap; row-gap: 0; }
        }
        @media (prefers-reduced-motion: reduce) { #events li.fresh { animation: none; } }
        """#
}
