extension Page {
    /// The table: rows are made a hundred at a time, and made anew only when their image changed.
    static let tableScript = #"""
        const rows = new Map();
        let shown = 100, list = [];
        const rank = image => STATES.indexOf(state(image));
        const lastRun = image => image.runs && image.runs.length ? image.runs.at(-1)[1] : -1;
        const SORTS = {
          image:(a, b) => a.image < b.image ? -1 : a.image > b.image ? 1 : 0,
          state:(a, b) => rank(a) - rank(b) || (a.state === 'in-line' ? b.since - a.since : a.since - b.since),
          changed:(a, b) => (a.changed || 0) - (b.changed || 0),
          runs:(a, b) => lastRun(a) - lastRun(b)
        };
        function row(image) {
          const text = JSON.stringify(image), known = rows.get(image.kind + ' ' + image.image);
          if (known && known.text === text) return known.element;
          const name = state(image), work = image.work, next = image.next && name !== 'working' && name !== 'in-line' ? time(image.next, name === 'waiting' ? 'goes on ' : 'next try ') : '';
          const why = work ? work.line || (work.total ? bytes(work.bytes || 0) + ' of ' + bytes(work.total) : work.reason || '') : image.why || '';
          const desired = image.desired && image.actual && image.desired.digest && image.desired.digest !== image.actual.digest && image.kind === 'mirror' ? 'wants ' + short(image.desired) : '';
          const element = h('tr', {class:'s-' + name},
            h('td', {class:'name'}, link(image.image), h('small', {class:'out', dir:'auto'}, image.source && image.source !== image.image ? image.source : image.kind)),
            h('td', {class:'state'}, pill(name), ' ', h('span', {class:'dim'}, work ? time(work.began, work.action + ', began ') : time(image.since, 'for ')),
              work && work.total ? h('progress', {class:'meter', max:work.total, value:Math.min(work.total, work.bytes || 0), 'aria-label':'copied'}) : '',
              why ? h('small', {class:'why'}, out(why)) : '', next ? h('small', null, next) : ''),
            h('td', {class:'changed'}, image.changed ? h('span', null, h('span', {class:'word'}, 'changed '), time(image.changed)) : h('span', {class:'dim'}, 'not changed yet'),
              image.reason ? h('small', {class:'clip', title:image.reason}, out(image.reason.replaceAll('sha256:', ''))) : ''),
            h('td', {class:'actual'}, h('span', {class:'mono', title:image.actual ? image.actual.digest : null}, short(image.actual)), image.size ? h('small', null, bytes(image.size)) : '', desired ? h('small', null, desired) : ''),
            h('td', {class:'runs'}, bars(image.runs || [])));
          rows.set(image.kind + ' ' + image.image, {text, element});
          return element;
        }
        const haystack = image => [image.image, image.source, image.why, image.reason, image.work && image.work.line, image.desired && [image.desired.subject, image.desired.commit, image.desired.digest].join(' '),
          image.actual && [image.actual.commit, image.actual.digest].join(' '), ...(image.bases || []).map(base => base.image)].join('\n').toLowerCase();
        function drawTable() {
          const words = place.q.trim().toLowerCase().split(/\s+/).filter(Boolean), key = place.sort.replace('-', ''), down = place.sort.startsWith('-');
          list = doc.images.filter(image => (place.show === 'all' || state(image) === place.show) && (!words.length || (text => words.every(word => text.includes(word)))(haystack(image))));
          list.sort(SORTS[key]);
          if (down) list.reverse();
          for (const head of document.querySelectorAll('th[data-sort]')) head.setAttribute('aria-sort', head.dataset.sort !== key ? 'none' : down ? 'descending' : 'ascending');
          byId('order').value = place.sort;
          fill();
          setText(byId('found'), list.length === doc.images.length ? plural(list.length, 'image') : list.length + ' of ' + plural(doc.images.length, 'image'));
        }
        function fill() {
          const wanted = list.slice(0, shown).map(row), body = byId('rows'), active = document.activeElement, key = body.contains(active) ? active.dataset.key : undefined;
          if (wanted.length !== body.children.length || wanted.some((element, index) => element !== body.children[index])) {
            // Rows that stay are not taken out, so that neither the keyboard nor a selection is lost.
            const keep = new Set(wanted);
            for (const old of [...body.children]) if (!keep.has(old)) old.remove();
            wanted.forEach((element, index) => { if (body.children[index] !== element) body.insertBefore(element, body.children[index] || null); });
            if (key !== undefined && document.activeElement !== active) focusRow(key);
          }
          byId('none').hidden = list.length > 0;
          byId('more').hidden = list.length <= shown;
          setText(byId('more'), 'Show more of ' + (list.length - shown));
        }
        function focusRow(name) {
          const again = [...byId('rows').querySelectorAll('a[data-key]')].find(one => one.dataset.key === name);
          if (again) again.focus({preventScroll:true});
        }

        """#
}
