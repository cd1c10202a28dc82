extension Page {
    /// One image in full, with the output of its build as it grows.
    static let dialogScript = #"""
        let tail = '', wasWorking = false;
        // Made from the address without user and password, for which browsers refuse to fetch.
        const beside = name => location.protocol + '//' + location.host + location.pathname.replace(/[^/]*$/, '') + name.split('/').map(encodeURIComponent).join('/');
        const current = () => place.image === null ? null : doc.images.find(one => one.image === place.image) || null;
        function open() {
          tail = '';
          byId('log').textContent = '';
          if (!drawDialog()) return;
          if (!byId('dialog').open) byId('dialog').showModal();
          follow();
        }
        function shut(name) {
          if (byId('dialog').open) byId('dialog').close();
          focusRow(name);
        }
        function drawDialog() {
          const image = current();
          if (!image) return false;
          setText(byId('d-name'), image.image);
          const side = one => !one ? null : h('span', null, [one.digest, one.commit && 'commit ' + one.commit].filter(Boolean).map(id => h('div', {class:'mono'}, id)), one.subject ? out(one.subject) : '');
          part('d-state', image, box => box.replaceChildren(pill(state(image)), ' ', time(image.since, 'for ', true)));
          part('facts', image, box => {
            const facts = [
              ['Why', image.why ? out(image.why) : null], ['Doing', image.work ? out(image.work.action + ': ' + (image.work.reason || '')) : null],
              ['Next try', image.next && state(image) !== 'in-line' ? time(image.next, '', true) : null], ['Tries in vain', image.tries ? String(image.tries) : null],
              ['Last change', image.changed ? h('span', null, time(image.changed, '', true), h('br'), out(image.reason || '')) : null],
              ['Source', image.source ? out(image.source) : null], ['Desired', side(image.desired)], ['In the registry', side(image.actual)],
              ['Size', image.size ? bytes(image.size) : null],
              ['Bases', image.bases && image.bases.length ? h('span', null, image.bases.map(base => h('div', null, out(base.image), ' ', h('span', {class:'mono dim'}, (base.digest || '').slice(0, 19)), h('span', {class:'dim'}, base.here === undefined ? '' : base.here ? ', kept here' : ', from elsewhere')))) : null],
              ['Pull', image.actual ? h('span', {class:'mono'}, out('docker pull ' + doc.registry + '/' + image.image)) : null],
            ];
            box.replaceChildren(...facts.filter(([, value]) => value).flatMap(([name, value]) => [h('dt', null, name), h('dd', null, value)]));
            const runs = (image.runs || []).slice().reverse();
            byId('past').hidden = !runs.length;
            byId('pastrows').replaceChildren(...runs.map(run => h('tr', {class:run[2] === 'failed' ? 's-failing' : ''}, h('td', null, (run[2] === 'failed' ? '✕ ' : '') + (RESULTS[run[2]] || run[2])), h('td', null, span(run[1])), h('td', null, time(run[0], '', true)))));
            byId('output').hidden = !image.log;
            if (image.log) byId('loglink').setAttribute('href', image.log.split('/').map(encodeURIComponent).join('/'));
          });
          return true;
        }
        // Loads the end of the output; again and again while the build runs, and once after.
        async function follow() {
          const image = current();
          if (!image || !image.log || (tail && !image.work && !wasWorking)) return;
          wasWorking = Boolean(image.work);
          try {
            const answer = await fetch(beside(image.log), {cache:'no-store', headers:{Range:'bytes=-131072'}});
            const text = answer.ok ? (await answer.text()).slice(-131072) : 'There is no output yet.';
            if (image.image !== place.image || text === tail) return;
            const box = byId('log'), atEnd = !tail || box.scrollTop + box.clientHeight >= box.scrollHeight - 20;
            tail = text;
            box.textContent = text;
            if (atEnd) box.scrollTop = box.scrollHeight;
          } catch { if (!tail) byId('log').textContent = 'The output could not be loaded.'; }
        }
        byId('dialog').addEventListener('close', () => {
          if (place.image === null) return;
          if (history.state && history.state.isOurs) history.back(); else go({image:null}, true);
        });
        byId('dialog').addEventListener('click', event => { if (event.target === byId('dialog')) byId('dialog').close(); });
        byId('close').addEventListener('click', () => byId('dialog').close());

        """#

    /// What runs by itself: loading, and keeping times true.
    static let loopScript = #"""
        let etag = null, seen = '';
        function draw() { drawHead(); drawSides(); drawTimeline(); drawFilters(); drawTable(); drawFresh(); if (current() && byId('dialog').open) drawDialog(); }
        function drawFresh() { setText(byId('fresh'), (location.protocol === 'file:' ? 'a file, ' : doc.passBegan && !silence() ? 'looking now · ' : '') + 'as of ' + (location.protocol === 'file:' ? clock(doc.written) : ago(doc.written))); }
        async function load() {
          try {
            const answer = await fetch(beside('status.json'), {cache:'no-cache'});
            if (!answer.ok) throw new Error('the server answers ' + answer.status);
            const date = Date.parse(answer.headers.get('date') || '');
            if (date) skew = Math.abs(date - Date.now()) > 5000 ? (date - Date.now()) / 1000 : 0;
            const tag = answer.headers.get('etag');
            if (!tag || tag !== etag || trouble) {
              const text = await answer.text();
              const next = text === seen ? doc : JSON.parse(text);
              if (next.version !== 1) throw new Error('status.json is of another version; load the page again');
              trouble = '';
              if (text !== seen) { doc = next; seen = text; draw(); }
              etag = tag;
            }
          } catch (error) {
            etag = null;
            trouble = location.protocol === 'file:' ? '' : (error.message || 'No answer').replace(/^\w/, letter => letter.toUpperCase()) + '.';
          }
          drawHead();
          drawFresh();
        }
        async function turn() {
          if (!document.hidden) { await load(); await follow(); }
          setTimeout(turn, 3000);
        }
        setInterval(() => {
          if (document.hidden) return;
          for (const element of document.querySelectorAll('time')) if (element.tell) element.tell();
          drawHead();
          drawFresh();
        }, 5000);
        for (const head of document.querySelectorAll('th[data-sort] button')) head.addEventListener('click', () => {
          const key = head.parentElement.dataset.sort, first = key === 'changed' || key === 'runs' ? '-' + key : key;
          go({sort:place.sort === first ? (first === key ? '-' + key : key) : first}, true);
        });
        byId('order').addEventListener('change', () => go({sort:byId('order').value}, true));
        byId('search').addEventListener('input', () => go({q:byId('search').value}, true));
        byId('more').addEventListener('click', () => { shown += 200; fill(); });
        new IntersectionObserver(entries => { if (entries[0].isIntersecting && list.length > shown) { shown += 100; fill(); } }, {rootMargin:'600px'}).observe(byId('end'));
        addEventListener('keydown', event => {
          if (event.key === '/' && !['INPUT', 'SELECT', 'TEXTAREA'].includes(document.activeElement.tagName) && !byId('dialog').open) { event.preventDefault(); byId('search').focus(); }
        });
        addEventListener('popstate', () => arrive(placeOf(location.hash)));
        doc = JSON.parse(byId('status').textContent);
        draw();
        arrive(placeOf(location.hash));
        turn();

        """#
}
