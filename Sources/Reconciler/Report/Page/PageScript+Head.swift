extension Page {
    /// What is wrong at a glance, and since when.
    static let headScript = #"""
        const ABOUT = {start:'Service', registry:'Registry', state:'State file', configuration:'Config repo', damage:'State file', disk:'Disk'};
        // How long nothing was heard of the service, if that is too long.
        function silence() {
          const quiet = now() - doc.written;
          return doc.silentAfter && quiet > doc.silentAfter ? quiet : 0;
        }
        function drawHead() {
          const images = doc.images, headline = doc.headline || {}, quiet = silence(), stops = quiet || trouble;
          const tone = stops ? 'unknown' : NAMES[headline.state] ? headline.state : 'unknown';
          const title = quiet ? 'No word from the service for ' + span(Math.round(quiet)) : trouble ? 'The status cannot be loaded' : headline.text || '';
          const worst = images.filter(isBad).sort((a, b) => a.since - b.since), faults = doc.faults || [], troubles = doc.troubles || [];
          byId('hero').className = 'card hero s-' + tone;
          setText(byId('mark'), MARKS[tone]);
          setText(byId('verdict'), title);
          document.title = (stops ? '? · ' : worst.length ? '✕ ' + worst.length + ' · ' : faults.length || troubles.length ? '✕ · ' : '') + 'reconcile · ' + doc.registry;
          // Said aloud only when it changes.
          setText(byId('said'), title + (worst.length && !stops ? ': ' + worst.slice(0, 3).map(image => image.image).join(', ') : ''));
          part('detail', [stops, trouble, headline, doc.written, doc.counts, (doc.passes || []).at(-1)], box => box.replaceChildren(...(stops ? stopped(quiet) : detail(images))));
          part('problems', [worst.map(image => [image.image, image.why, image.since]), faults, troubles, doc.disk], box => box.replaceChildren(
            ...troubles.map(one => problem(ABOUT[one.about] || one.about, one.why, one.since)),
            ...faults.slice(0, 20).map(fault => problem(h('span', {class:'mono'}, fault.file + (fault.line ? ':' + fault.line + (fault.column ? ':' + fault.column : '') : '')),
              (fault.entry ? fault.entry + ': ' : '') + fault.message, doc.faultsSince)),
            faults.length > 20 ? more('and ' + (faults.length - 20) + ' more in desired/') : '',
            ...(isLow() ? [problem('Disk', 'only ' + bytes(doc.disk.free) + ' are free, less than the floor of ' + bytes(doc.disk.floor) + ': nothing is built or copied')] : []),
            ...worst.slice(0, 5).map(image => problem(link(image.image), image.why || '', image.since)),
            worst.length > 5 ? more(h('button', {'data-key':'more', onclick:() => { go({show:worst.some(image => image.state === 'failing') ? 'failing' : 'unknown', q:''}); byId('filters').scrollIntoView(); }}, 'and ' + (worst.length - 5) + ' more')) : ''));
        }
        const problem = (name, why, since) => h('li', null, h('div', {class:'out', dir:'auto'}, name), h('div', null, out(why)), h('div', null, time(since, 'for ', true)));
        const more = content => h('li', null, h('div', {class:'wide dim'}, content));
        const isLow = () => doc.disk && doc.disk.free !== undefined && doc.disk.free < doc.disk.floor;
        function stopped(quiet) {
          return [(quiet ? 'It writes at least every ' + span(doc.silentAfter / 3) + ' while it runs, so it has stopped, or hangs. ' : trouble + ' ') + 'This is how things stood at ' + clock(doc.written) + '.'];
        }
        function detail(images) {
          const pass = (doc.passes || []).at(-1), counts = doc.counts || {};
          const newest = images.reduce((best, image) => (image.changed || 0) > (best ? best.changed : 0) ? image : best, null);
          const parts = [];
          if (!images.length) parts.push(['Add an entry to desired/build.json or desired/mirror.json.']);
          if ((counts['in-line'] || 0) < images.length) parts.push([STATES.filter(name => counts[name] && name !== 'failing').map(name => counts[name] + ' ' + NAMES[name].toLowerCase()).join(' · ')]);
          else if (newest) parts.push([time(newest.changed, 'last change '), ', ', link(newest.image)]);
          if (pass) parts.push([time(pass[0] + pass[1], 'last pass '), doc.interval ? ', one every ' + span(Math.round(doc.interval)) : '']);
          return parts.filter(part => part[0]).flatMap((part, index) => index ? [' · ', ...part] : part);
        }
        function drawFilters() {
          const counts = {all:doc.images.length};
          for (const image of doc.images) counts[state(image)] = (counts[state(image)] || 0) + 1;
          const shown = ['all', ...STATES].filter(name => name === 'all' || counts[name] || place.show === name);
          part('filters', [shown.map(name => [name, counts[name]]), place.show], box => box.replaceChildren(...shown.map(name =>
            h('button', {class:name === 'all' ? '' : 's-' + name, 'data-key':name, 'aria-pressed':String(place.show === name), onclick:() => go({show:place.show === name ? 'all' : name})},
              name === 'all' ? '' : h('span', {class:'dot', 'aria-hidden':'true'}), NAMES[name] || 'All', h('b', null, String(counts[name] || 0))))));
        }

        """#

    /// Webhooks that wait, what upstreams still allow, and the disk.
    static let sidesScript = #"""
        function drawSides() {
          const hooks = doc.webhooks || {}, pending = hooks.pending || [], lost = hooks.givenUp || [];
          byId('hooks').hidden = !pending.length && !lost.length;
          part('hooklist', [pending, lost], box => box.replaceChildren(...pending.map(hook => [hook, time(hook.next, 'waits, next try ')]).concat(lost.map(hook => [hook, h('b', null, 'given up')]))
            .slice(0, 50).map(([hook, what]) => h('li', null, h('b', null, out(hook.image)), ' ', h('span', {class:'mono out'}, hook.url),
              h('div', {class:'dim'}, what, ' · ' + plural(hook.tries, 'try') + (hook.why ? ' · ' : ''), out(hook.why || ''))))));
          const upstream = doc.allowances || [], disk = doc.disk || {};
          byId('rest').hidden = !upstream.length && disk.free === undefined;
          part('restlist', [upstream, disk], box => box.replaceChildren(...upstream.map(one => h('li', null, h('span', {class:'mono out'}, one.registry), ' ',
            one.remaining === undefined ? '' : h('span', null, 'allows ', h('b', null, String(one.remaining)), one.limit ? ' of ' + one.limit : '', ' more pulls '),
            one.quietUntil > now() ? h('span', {class:'dim'}, time(one.quietUntil, 'is left alone, asked again ')) : one.windowEnd > now() ? h('span', {class:'dim'}, time(one.windowEnd, 'until ').textContent.replace('until in', 'for the next')) : '')),
            disk.free === undefined ? '' : h('li', null, h('b', null, bytes(disk.free)), ' of disk free', h('span', {class:'dim'}, ', floor ' + bytes(disk.floor)))));
          byId('side').hidden = byId('hooks').hidden && byId('rest').hidden;
          document.querySelector('.sides').classList.toggle('both', !byId('side').hidden);
        }

        """#
}
