@available(SwiftSSE 1.0, *)
extension ConsoleStyle {
    /// What is beside the events.
    static let forms = #"""
        #columns {
          display: grid; grid-template: minmax(0, 1fr) / 21rem minmax(0, 1fr); flex: 1; min-height: 0;
          width: 100%; max-width: 100rem; margin: 0 auto;
        }
        aside {
          display: flex; flex-direction: column; gap: .75rem; padding: 1rem .5rem 1rem 1.25rem; overflow-y: auto;
        }
        details { flex: none; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
        summary {
          display: flex; align-items: baseline; gap: .5rem; padding: .6rem .9rem; border-radius: .6rem;
          font-weight: 600; cursor: pointer; list-style: none;
        }
        summary::-webkit-details-marker { display: none; }
        summary::after {
          content: ""; order: 3; width: .4rem; height: .4rem; margin-left: auto; flex: none; align-self: center;
          border: solid var(--dim); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg) translate(-.1rem, -.1rem);
        }
        [open] > summary::after { transform: rotate(-135deg) translate(-.1rem, -.1rem); }
        summary .note {
          min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--dim);
          font-weight: 400;
        }
        details > :not(summary) { margin: 0 .9rem .9rem; }
        details > .hint { margin: 0 .9rem .9rem; }
        details > form + .hint { margin-top: -.55rem; }
        details > ul:empty, details > p:empty { display: none; }
        form { display: grid; gap: .6rem; }
        form.inline { display: flex; align-items: end; gap: .5rem; }
        .grow { flex: 1; min-width: 0; }
        .row { display: grid; grid-template-columns: 1fr 1fr 5rem; gap: .5rem; }
        .send { display: flex; align-items: center; justify-content: space-between; }
        label { color: var(--dim); font-size: .8rem; }
        label.check {
          display: flex; align-items: center; gap: .45rem; color: var(--text); font-size: inherit; cursor: pointer;
        }
        .check input { width: 1rem; height: 1rem; margin: 0; accent-color: var(--button); }
        input:not([type=checkbox]), textarea {
          display: block; width: 100%; min-height: 2.1rem; margin-top: .15rem; padding: .35rem .6rem;
          background: var(--field); color: var(--text); border: 1px solid var(--line); border-bottom-color: var(--edge);
          border-radius: .4rem; font: inherit; font-size: .875rem; line-height: 1.5;
        }
        textarea {
          resize: vertical; max-height: 40vh; field-sizing: content; font-family: var(--mono); font-size: .8125rem;
        }
        ::placeholder { color: var(--dim); opacity: 1; }
        input[type=number] { appearance: textfield; }
        button {
          min-height: 2.1rem; padding: .3rem .9rem; border: 1px solid transparent; border-radius: .4rem;
          background: var(--button); color: var(--on-button); font: inherit; font-weight: 550; white-space: nowrap;
          cursor: pointer;
        }
        button:hover { background: var(--button-hover); }
        button.second { background: var(--card); color: var(--text); border-color: var(--line); font-weight: 450; }
        button.second:hover, button.quiet:hover { background: var(--page); }
        button.second[aria-pressed=true] { background: var(--text); color: var(--card); border-color: var(--text); }
        button.quiet { min-height: 1.75rem; padding: 0 .55rem; background: none; color: var(--dim); font-weight: 450; }
        #again { color: var(--accent); text-decoration: underline; text-underline-offset: .2em; }
        #help { border-color: var(--line); border-radius: 50%; width: 1.75rem; padding: 0; flex: none; }
        .actions { display: flex; flex-wrap: wrap; gap: .5rem; }
        aside .actions button { flex: 1; padding: .3rem .5rem; }
        .bad { margin: 0; color: var(--bad); font-size: .8rem; overflow-wrap: anywhere; }
        .hint { margin: 0; color: var(--dim); font-size: .8rem; line-height: 1.45; overflow-wrap: anywhere; }
        #answer { margin: 0; font-size: .8rem; overflow-wrap: anywhere; }
        #answer.good { color: var(--good); }
        #answer.bad { color: var(--bad); }
        #answer:empty { display: none; }
        aside ul { list-style: none; padding: 0; }
        aside li {
          display: flex; align-items: center; gap: .5rem; min-height: 1.9rem; padding: .2rem 0;
          border-top: 1px solid var(--line);
        }
        aside li:first-child { border: 0; }
        #subscribers { max-height: 9rem; overflow-y: auto; }
        .name { flex: 1; min-width: 0; overflow-wrap: anywhere; font: .8125rem/1.4 var(--mono); }
        .number { color: var(--dim); font-variant-numeric: tabular-nums; }
        """#
}
