/** The page's looks: one column, light and dark by the reader's system, no font or picture from elsewhere. */
export const STYLE = `
:root { color-scheme: light dark; --back: #fff; --ink: #1b1f24; --dim: #57606a; --line: #d0d7de; --block: #f6f8fa;
  --critical: #b3161f; --warning: #7d4e00; --info: #0a5cad; --good: #1a6b2d; --on-badge: #fff; --taken: #8ba3bd; --free: #eaeef2 }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --ink: #e6edf3; --dim: #9aa5b1; --line: #30363d; --block: #161b22;
  --critical: #ff8a84; --warning: #e3b341; --info: #79b8ff; --good: #7ee787; --on-badge: #0d1117; --taken: #6e8199; --free: #21262d } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 3rem; background: var(--back); color: var(--ink);
  font: 1rem/1.6 system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.4rem; line-height: 1.4; margin: .5rem 0 }
h2 { font-size: 1.25rem; margin: 0 0 .5rem }
h3, h4, h5, h6 { font-size: 1rem; margin: 1rem 0 .25rem }
.effect > :is(h3, h4, h5, h6) { font-size: 1.05rem; margin: 0 0 .5rem }
a { color: var(--info) }
article, nav, .looked { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1.25rem 0 }
article { border-inline-start: .3rem solid var(--line) }
article.critical, .effect.critical { border-inline-start-color: var(--critical) }
article.warning, .effect.warning { border-inline-start-color: var(--warning) }
article.info, .effect.info { border-inline-start-color: var(--info) }
.effect { border-inline-start: .2rem solid var(--line); padding-inline-start: .9rem; margin-block-start: 1.5rem }
.badge { background: var(--dim); color: var(--on-badge); border-radius: .25rem; padding: .1rem .45rem; font-size: .8rem; white-space: nowrap }
.badge.critical { background: var(--critical) } .badge.warning { background: var(--warning) }
.badge.info { background: var(--info) } .badge.good { background: var(--good) }
.marks, .why, .context, figcaption, footer { color: var(--dim); font-size: .9rem }
.summary { font-weight: 500 }
pre { background: var(--block); border: 1px solid var(--line); border-radius: .35rem; padding: .6rem .8rem; overflow-x: auto;
  font: .875rem/1.5 ui-monospace, 'Noto Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', monospace; overflow-wrap: normal }
summary { cursor: pointer; font-weight: 600; margin: .75rem 0 }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: start; vertical-align: top; border-block-end: 1px solid var(--line); padding: .35rem .6rem .35rem 0 }
.number { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums }
td.number + td, th.number + th { padding-inline-start: .6rem }
nav ul { list-style: none; margin: .25rem 0; padding-inline-start: 1.25rem; border-inline-start: 1px solid var(--line) }
nav > ul { border: 0; padding: 0 }
nav li { margin: .35rem 0 }
.queues { margin: 1rem 0; display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; border: 1px solid var(--line);
  border-radius: .5rem; padding: .9rem }
.queues .end { display: flex; align-items: center; gap: .5rem; font-size: .875rem }
.queues .box { border: 1px solid var(--dim); border-radius: .35rem; padding: .35rem .6rem }
.queues .arrow::after { content: ' \\2192' } .queues .arrow.cut { color: var(--critical); text-decoration: line-through; font-weight: 600 }
.queues .middle { flex: 1 1 18rem; list-style: none; margin: 0; padding: 0 }
.queues li { display: grid; grid-template-columns: 1fr auto; gap: .1rem .75rem; margin: .4rem 0; font-size: .85rem }
.queues svg { width: 100%; height: auto; max-height: 1rem; grid-row: 2; min-width: 8rem }
.queues .name { grid-column: 1 / -1 } .queues .count { grid-row: 2; font-variant-numeric: tabular-nums; align-self: center }
.queues figcaption { flex-basis: 100% }
rect { fill: var(--free); stroke: var(--line) } .room .taken { fill: var(--taken) } .full .taken { fill: var(--critical) }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .3rem 1rem; margin: 0; font-size: .9rem }
dt { color: var(--dim) } dd { margin: 0 }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr } dt { margin-block-start: .4rem } article, nav, .looked { padding: .75rem }
  .effect { padding-inline-start: .6rem } }
@media print { details:not([open]) > :not(summary) { display: revert } body { max-width: none } }
`
