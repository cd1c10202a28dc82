extension Page {
    static let tableStyle = #"""
        .bar{display:flex;flex-wrap:wrap;gap:10px;align-items:center;margin:18px 0 10px}
        .filters{display:flex;flex-wrap:wrap;gap:6px;flex:1 1 auto}
        .filters button{display:flex;gap:7px;align-items:center;background:var(--card);border:1px solid var(--line);border-radius:999px;padding:4px 12px;min-height:34px}
        .filters button[aria-pressed=true]{border-color:var(--c,var(--ink));box-shadow:inset 0 0 0 1px var(--c,var(--ink))}
        .filters button b{font-variant-numeric:tabular-nums;font-weight:600}
        .order{display:none;align-items:center;gap:8px;color:var(--dim)}
        .order select{background:var(--card);border:1px solid var(--line);border-radius:8px;min-height:38px;padding:0 8px;color:var(--ink)}
        .search{flex:0 1 24rem;min-width:12rem;background:var(--card);border:1px solid var(--line);border-radius:9px;padding:6px 12px;min-height:38px}
        .images{padding:0;overflow:clip;margin-top:0}
        table{border-collapse:collapse;width:100%}
        .images table{table-layout:fixed;font-size:.96rem}
        th{font-size:.83rem;font-weight:600;color:var(--dim);text-align:left}
        .images th{background:var(--soft);position:sticky;top:0;z-index:1;box-shadow:inset 0 -1px var(--line)}
        th button{padding:8px 16px;width:100%;font-weight:600}
        th button:focus-visible{outline-offset:-3px}
        th span{display:block;padding:8px 16px}
        th[aria-sort=ascending] button::after{content:" ↑"}
        th[aria-sort=descending] button::after{content:" ↓"}
        .images td{padding:9px 16px;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
        .images tr:first-child td{border-top:0}
        .images tbody tr:hover{background:var(--soft)}
        .images td small,.plain small{display:block;color:var(--dim);font-size:.87rem;line-height:1.4}
        .name a{font-weight:600;color:inherit;text-decoration:none;overflow-wrap:anywhere}
        .name a:hover{text-decoration:underline}
        .images td small.why{color:var(--c)}
        .why,.clip{display:-webkit-box!important;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
        .meter{display:block;width:100%;max-width:14rem;height:5px;margin:4px 0 2px;border:0;border-radius:3px;overflow:hidden;background:var(--line);appearance:none}
        .meter::-webkit-progress-bar{background:var(--line)}
        .meter::-webkit-progress-value{background:var(--c)}
        .meter::-moz-progress-bar{background:var(--c)}
        .c-name{width:25%}.c-state{width:28%}.c-changed{width:23%}.c-actual{width:11%}.c-runs{width:13%}
        .runs svg{width:100%;max-width:126px;height:32px}
        .word{display:none}
        .none{padding:26px;text-align:center;color:var(--dim);margin:0}
        .more{display:block;width:100%;padding:11px;text-align:center;border-top:1px solid var(--line);color:var(--working)}
        .plain{font-size:.96rem;margin-top:16px}
        .plain th,.plain td{padding:5px 14px 5px 0;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}

        """#

    static let dialogStyle = #"""
        dialog{border:1px solid var(--line);border-radius:14px;background:var(--card);color:var(--ink);padding:0;width:min(62rem,94vw);max-height:92vh;box-shadow:0 20px 60px rgb(0 0 0/.3)}
        dialog::backdrop{background:rgb(10 15 25/.5)}
        dialog .top{display:flex;justify-content:space-between;gap:16px;align-items:start;padding:18px 22px 12px;position:sticky;top:0;background:var(--card);border-bottom:1px solid var(--line)}
        dialog h2{font-size:1.3rem;margin:0;overflow-wrap:anywhere}
        dialog .body{padding:14px 22px 22px}
        dialog .close{border:1px solid var(--line);border-radius:8px;padding:5px 12px;min-height:36px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:5px 18px;margin:0 0 14px}
        dt{color:var(--dim)}
        dd{margin:0;overflow-wrap:anywhere}
        dialog h3{font-size:.95rem;margin:16px 0 6px}
        .past{font-size:.93rem;font-variant-numeric:tabular-nums;width:auto}
        .past td{padding:3px 24px 3px 0;border-top:1px solid var(--line)}
        .past .s-failing td{color:var(--failing)}
        pre{margin:0;background:var(--soft);border-radius:10px;padding:11px 14px;font:.87rem/1.45 var(--mono);max-height:46vh;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;tab-size:4}

        """#

    /// What narrow windows and very large screens change.
    static let sizeStyle = #"""
        @media(max-width:760px){
          .images thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
          .images tr{display:grid;grid-template-columns:1fr auto;gap:1px 12px;padding:10px 14px;border-top:1px solid var(--line)}
          .images tr:first-child{border-top:0}
          .images td{display:block;padding:0;border:0}
          .images .name{grid-column:1}.images .runs{grid-column:2;grid-row:1}
          .images .state,.images .changed{grid-column:1/-1}
          .images .actual{display:none}
          .runs svg{width:96px;height:24px}
          .word{display:inline}
          .order{display:flex}
          .search{flex:1 1 100%}
          .card{padding:12px 14px}.images.card{padding:0}
          .hero{padding:14px}.hero .mark{grid-row:1;width:30px;height:30px;font-size:15px}
          h1{font-size:1.3rem}
          .hero p{grid-column:1/-1;margin-top:4px}
          .hero li{grid-template-columns:1fr auto}
          .hero li>:nth-child(2){grid-column:1/-1;grid-row:2}
          #lanes{gap:3px 8px}
        }
        @media(max-width:560px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
        @media(min-width:2200px){html{font-size:19px}:root{--lane:26px}.runs svg{max-width:190px;height:46px}.dot{width:12px;height:12px}}
        @media(min-width:3400px){html{font-size:25px}:root{--lane:36px}.runs svg{max-width:260px;height:62px}.dot{width:15px;height:15px}.hero .mark{width:64px;height:64px;font-size:32px}}
        @media(forced-colors:active){.dot,.hero .mark,rect{forced-color-adjust:none}}

        """#
}
