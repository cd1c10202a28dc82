extension Page {
    /// Bars of an image's last runs, and the timeline of the last day.
    static let chartScript = #"""
        const RESULTS = {built:'built', copied:'copied', 'put-back':'put back', failed:'failed'};
        const tellRun = run => fullClock(run[0]).slice(0, 16) + ': ' + (RESULTS[run[2]] || run[2]) + (run[2] === 'failed' ? ' after ' : ' in ') + span(run[1]);
        // As high as they took long; what took more than thrice the usual is cut off, with a gap at its top. Failed ones are hollow, under a cross.
        function bars(runs) {
          const last = runs.slice(-21), failed = last.filter(run => run[2] === 'failed').length;
          if (!last.length) return h('small', null, 'no runs yet');
          const sorted = last.map(run => run[1]).sort((a, b) => a - b), usual = sorted[Math.floor(sorted.length / 2)];
          const top = Math.max(0.5, Math.min(sorted.at(-1), 3 * usual));
          const words = 'last ' + plural(last.length, 'run') + (failed ? ', ' + failed + ' failed' : '') + ', usually ' + span(usual) + ', latest ' + span(last.at(-1)[1]);
          return h('svg', {viewBox:'0 0 126 32', role:'img', 'aria-label':words, preserveAspectRatio:'xMinYMid meet'}, h('title', null, words), last.map((run, index) => {
            const high = Math.max(2.5, 24 * Math.min(1, run[1] / top)), x = 6 * index, y = 31 - high, broken = run[2] === 'failed';
            return h('g', null, h('title', null, tellRun(run)), h('rect', {x, y:0, width:6, height:32, fill:'transparent'}),
              h('rect', broken ? {x:x + 1, y:y + 0.7, width:3, height:Math.max(1.4, high - 1.4), class:'broken'} : {x:x + 0.3, y, width:4.4, height:high, rx:1, class:run[2] === 'built' ? 'ok' : 'copy'}),
              broken ? h('path', {d:'M' + (x + .7) + ' ' + (y - 5) + 'l3.6 3.6m0-3.6l-3.6 3.6'}) : run[1] > top ? h('rect', {x, y:y + 3, width:5, height:1.5, fill:'var(--card)'}) : '');
          }));
        }
        const LANES = [['built', 'builds', 'ok', 'build'], ['copied', 'copies', 'copy', 'copy'], ['failed', 'failures', 'bad', 'failure'], ['pass', 'passes', 'pass', 'pass']];
        function drawTimeline() {
          const slots = 144, size = 600, end = (Math.floor(now() / size) + 1) * size, begin = end - 86400, lanes = {built:[], copied:[], failed:[], pass:[]};
          const put = (lane, at, name) => {
            const slot = Math.floor((at - begin) / size);
            if (slot >= 0 && slot < slots) (lanes[lane][slot] = lanes[lane][slot] || []).push(name);
          };
          for (const image of doc.images) for (const run of image.runs || []) put(run[2] === 'failed' ? 'failed' : run[2] === 'built' ? 'built' : 'copied', run[0], image.image);
          for (const pass of doc.passes || []) put('pass', pass[0]);
          part('lanes', [lanes, innerWidth > 900], box => box.replaceChildren(...LANES.flatMap(([lane, title, look, word]) => {
            const total = lanes[lane].reduce((sum, names) => sum + names.length, 0);
            return [h('div', {'aria-hidden':'true'}, title), h('svg', {class:'lane', role:'img', 'aria-label':plural(total, word) + ' in the last day', viewBox:'0 0 1440 20', preserveAspectRatio:'none'},
              lanes[lane].map((names, slot) => {
                const high = lane === 'pass' ? 5 : Math.min(20, 9 + 4 * Math.log2(names.length)), told = [...new Set(names)].filter(Boolean);
                return h('rect', {x:slot * 10 + 1, y:20 - high, width:8, height:high, class:look}, h('title', null, clock(begin + slot * size) + ', ' + plural(names.length, word)
                  + (told.length ? ': ' + told.slice(0, 8).join(', ') + (told.length > 8 ? ', …' : '') : '')));
              })), h('b', {class:lane === 'failed' && total ? 'bad' : '', 'aria-hidden':'true'}, String(total))];
          }), h('svg', {class:'axis', 'aria-hidden':'true'}, axis(begin, end))));
        }
        // Full hours of the reader's clock.
        function axis(begin, end) {
          const step = innerWidth > 900 ? 3 : 6, hour = new Date(begin * 1000), marks = [];
          hour.setMinutes(0, 0, 0);
          hour.setHours(Math.floor(hour.getHours() / step) * step);
          for (let at = hour.getTime() / 1000; at < end; at += 3600 * step) {
            const share = (at - begin) / 864;
            if (share > 2 && share < 98) marks.push(h('text', {x:share + '%', y:'80%', 'text-anchor':'middle'}, two(new Date(at * 1000).getHours()) + ':00'));
          }
          return marks;
        }

        """#
}
