extension Page {
    /// The style sheet of the page.
    static let style = baseStyle + heroStyle + tableStyle + dialogStyle + sizeStyle

    private static let baseStyle = #"""
        :root{color-scheme:light dark;
          --bg:#f5f6f8;--card:#fff;--ink:#1a2130;--dim:#596273;--line:#e3e6ec;--soft:#f0f2f5;--focus:#2563eb;
          --in-line:#1a7f4b;--working:#1d5fd1;--waiting:#8a6100;--failing:#c22b2b;--paused:#667080;--unknown:#7a3fb0;
          --lane:18px;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
        @media(prefers-color-scheme:dark){:root{
          --bg:#10141a;--card:#171c24;--ink:#e4e8ee;--dim:#98a3b3;--line:#28303b;--soft:#1e252f;--focus:#7fb0ff;
          --in-line:#4cc38a;--working:#6ea8ff;--waiting:#e0b04c;--failing:#ff7b72;--paused:#97a1af;--unknown:#c79bf2}}
        *{box-sizing:border-box}
        html{font-size:15px}
        body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        header,main,footer{max-width:112rem;margin:0 auto;padding:0 clamp(12px,2.4vw,36px)}
        header{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:2px 16px;padding-top:16px;color:var(--dim);font-size:.9rem}
        header b{color:var(--ink);font-size:1rem;letter-spacing:-.01em}
        footer{color:var(--dim);font-size:.87rem;padding-top:20px;padding-bottom:32px}
        a{color:var(--working);text-decoration-thickness:1px;text-underline-offset:2px}
        .out{unicode-bidi:isolate;overflow-wrap:anywhere}
        .dim{color:var(--dim)}
        .mono{font-family:var(--mono);font-size:.92em}
        .card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 18px;margin-top:12px}
        h1{font-size:1.65rem;line-height:1.2;margin:0;letter-spacing:-.02em;font-weight:650}
        h2{font-size:.95rem;margin:0 0 8px;font-weight:650}
        ul{list-style:none;margin:0;padding:0}
        button,input,select{font:inherit;color:inherit}
        button{cursor:pointer;background:none;border:0;padding:0;text-align:inherit}
        :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:6px}
        .s-in-line{--c:var(--in-line)}.s-working{--c:var(--working)}.s-waiting{--c:var(--waiting)}
        .s-failing{--c:var(--failing)}.s-paused{--c:var(--paused)}.s-unknown{--c:var(--unknown)}
        .pill{display:inline-flex;gap:7px;align-items:center;color:var(--c);font-weight:600;white-space:nowrap}
        .pill.s-in-line,.pill.s-paused{color:inherit;font-weight:400}
        .dot{width:9px;height:9px;border-radius:50%;background:var(--c);flex:none}
        .s-failing>.dot,.s-unknown>.dot{border-radius:1px;rotate:45deg}
        .s-paused>.dot{background:none;box-shadow:inset 0 0 0 2px var(--c)}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        [hidden]{display:none!important}
        @media(prefers-reduced-motion:no-preference){.s-working>.dot{animation:beat 1.6s ease-in-out infinite}}
        @keyframes beat{50%{opacity:.35}}

        """#

    private static let heroStyle = #"""
        .hero{display:grid;grid-template-columns:auto 1fr;gap:2px 16px;align-items:center;padding:18px 20px;border-left:5px solid var(--c)}
        .hero .mark{grid-row:1/3;width:42px;height:42px;border-radius:50%;display:grid;place-items:center;font-size:21px;line-height:1;color:var(--card);background:var(--c)}
        .hero p{margin:0;grid-column:2;color:var(--dim)}
        .hero ul{grid-column:1/-1;margin-top:12px}
        .hero ul:empty{display:none}
        .hero li{display:grid;grid-template-columns:minmax(9rem,20%) 1fr auto;gap:0 18px;padding:7px 0;border-top:1px solid var(--line)}
        .hero li>:first-child{font-weight:600;overflow-wrap:anywhere}
        .hero li>:last-child{text-align:right;color:var(--dim);font-size:.93rem}
        .hero li>.wide{grid-column:1/-1;text-align:left}
        .sides{display:grid;grid-template-columns:minmax(0,1fr);gap:0 12px;align-items:stretch}
        #day{display:flex;flex-direction:column}
        .side section+section:not([hidden]){margin-top:14px}
        .sides li{padding:5px 0;border-top:1px solid var(--line);font-size:.93rem}
        .sides li:first-child{border-top:0;padding-top:0}
        #lanes{flex:1;display:grid;grid-auto-rows:minmax(var(--lane),1fr);grid-template-columns:auto minmax(0,1fr) auto;gap:3px 12px;font-size:.87rem;color:var(--dim);font-variant-numeric:tabular-nums}
        #lanes b{font-weight:400;text-align:right}
        #lanes b.bad{color:var(--failing);font-weight:600}
        #lanes div,#lanes b{align-self:end;line-height:1.1}
        #lanes svg{width:100%;height:100%;max-height:calc(2*var(--lane));align-self:end}
        #lanes svg.lane{background:linear-gradient(var(--line),var(--line)) bottom/100% 1px no-repeat}
        #lanes .axis{grid-column:2;overflow:visible;height:var(--lane);align-self:start}
        svg{display:block}
        .ok{fill:var(--in-line)}.bad{fill:var(--failing)}.copy{fill:var(--working)}.pass{fill:var(--paused);opacity:.7}
        svg rect.broken{fill:none;stroke:var(--failing);stroke-width:1.4}
        svg path{stroke:var(--failing);stroke-width:1.6;fill:none}
        svg text{fill:var(--dim);font-size:.8rem}
        @media(min-width:1000px){.sides.both{grid-template-columns:minmax(0,5fr) minmax(300px,2fr)}}

        """#
}
