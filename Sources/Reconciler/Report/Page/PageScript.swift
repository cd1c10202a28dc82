extension Page {
    /// The script of the page; whatever comes from outside is set as text, never as markup.
    static let script =
        "'use strict';\n" + coreScript + placeScript + headScript + sidesScript + chartScript + tableScript
        + dialogScript
        + loopScript

    private static let coreScript = #"""
        const byId = id => document.getElementById(id);
        document.querySelector('main').append(...new DOMParser().parseFromString(byId('view').textContent, 'text/html').body.childNodes);
        const NAMES = {failing:'Failing', unknown:'Unknown', working:'Working', waiting:'Waiting', paused:'Paused', 'in-line':'In line'};
        const STATES = Object.keys(NAMES);
        const MARKS = {failing:'✕', unknown:'?', working:'↻', waiting:'…', paused:'‖', 'in-line':'✓'};
        const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
        let doc = null, skew = 0, trouble = '';

        // Builds an element; strings among the children become text nodes.
        function h(tag, props, ...children) {
          const svg = ['svg', 'rect', 'text', 'title', 'path', 'g'].includes(tag);
          const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
          for (const [key, value] of Object.entries(props || {})) {
            if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
            else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
          }
          element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ''));
          return element;
        }
        // A text from outside; a line may break where names and digests have their parts.
        const out = text => h('span', {class:'out', dir:'auto'}, String(text).split(/(?<=[→\/:@])/).flatMap((part, index) => index ? [h('wbr'), part] : [part]));
        const state = image => NAMES[image.state] ? image.state : 'unknown';
        const isBad = image => ['failing', 'unknown'].includes(state(image));
        const now = () => Date.now() / 1000 + skew;
        const two = number => String(number).padStart(2, '0');

        function span(seconds) {
          seconds = Math.max(0, seconds);
          if (seconds < 10 && seconds % 1) return seconds.toFixed(1) + ' s';
          if (seconds < 90) return Math.round(seconds) + ' s';
          if (seconds < 5400) return Math.round(seconds / 60) + ' min';
          if (seconds < 129600) return Math.round(seconds / 3600) + ' h';
          return Math.round(seconds / 86400) + ' days';
        }
        function ago(seconds) {
          const distance = now() - seconds;
          if (distance < 5 && distance > -5) return 'just now';
          return distance > 0 ? span(Math.round(distance)) + ' ago' : 'in ' + span(Math.round(-distance));
        }
        // The reader's clock: `21:03` today, `25 Nov 21:03` before.
        function clock(seconds) {
          const date = new Date(seconds * 1000), today = new Date(now() * 1000), minute = two(date.getHours()) + ':' + two(date.getMinutes());
          if (date.toDateString() === today.toDateString()) return minute;
          return date.getDate() + ' ' + MONTHS[date.getMonth()] + (date.getFullYear() === today.getFullYear() ? '' : ' ' + date.getFullYear()) + ' ' + minute;
        }
        function fullClock(seconds) {
          const date = new Date(seconds * 1000), zone = -date.getTimezoneOffset();
          return date.getFullYear() + '-' + two(date.getMonth() + 1) + '-' + two(date.getDate()) + ' ' + two(date.getHours()) + ':' + two(date.getMinutes()) + ':' + two(date.getSeconds())
            + ' UTC' + (zone ? (zone < 0 ? '-' : '+') + two(Math.floor(Math.abs(zone) / 60)) + ':' + two(Math.abs(zone) % 60) : '');
        }
        // "for" goes before how long it lasts, all else before when it was or will be; with `both`, the time of day stands beside it.
        const words = (seconds, prefix, both) => prefix + (prefix === 'for ' ? span(Math.round(now() - seconds)) : ago(seconds))
          + (both ? (prefix === 'for ' ? ', since ' : ', ') + clock(seconds) : '');
        function time(seconds, prefix, both) {
          if (!Number.isFinite(seconds)) return '';
          const element = h('time', {datetime:new Date(seconds * 1000).toISOString(), title:fullClock(seconds)}, words(seconds, prefix || '', both));
          element.tell = () => setText(element, words(seconds, prefix || '', both));
          return element;
        }
        function bytes(count) {
          let unit = 0;
          while (count >= 999.5 && unit < 4) { count /= 1000; unit += 1; }
          return (unit && count < 99.5 ? count.toFixed(1) : Math.round(count)) + ' ' + ['B', 'kB', 'MB', 'GB', 'TB'][unit];
        }
        const plural = (count, word) => count + ' ' + (count === 1 ? word : word.endsWith('y') ? word.slice(0, -1) + 'ies' : word.endsWith('s') ? word + 'es' : word + 's');
        const short = side => !side ? '' : side.digest ? side.digest.slice(7, 19) : side.commit ? side.commit.slice(0, 12) : '';
        const pill = name => h('span', {class:'pill s-' + name}, h('span', {class:'dot', 'aria-hidden':'true'}), NAMES[name]);
        function setText(element, text) { if (element.textContent !== text) element.textContent = text; }

        // Draws a part of the page when what it shows is another than last time, and leaves the keyboard where it was.
        const drawn = {};
        function part(box, shown, draw) {
          const text = JSON.stringify(shown);
          if (drawn[box] === text) return;
          drawn[box] = text;
          const element = byId(box), active = document.activeElement, key = element.contains(active) ? active.dataset.key : undefined;
          draw(element);
          if (key === undefined) return;
          const again = [...element.querySelectorAll('[data-key]')].find(one => one.dataset.key === key);
          if (again) again.focus({preventScroll:true});
        }

        """#

    /// Where the reader is: filter, search, order and the image that is open, all in the address.
    private static let placeScript = #"""
        const HOME = {show:'all', q:'', sort:'state', image:null};
        let place = HOME;
        function placeOf(hash) {
          const text = hash.slice(1);
          try {
            if (!text.includes('=')) return {...HOME, image:text ? decodeURIComponent(text) : null};
            const read = new URLSearchParams(text), show = read.get('show'), sort = read.get('sort') || '';
            return {show:NAMES[show] ? show : 'all', q:read.get('q') || '', sort:SORTS[sort.replace('-', '')] ? sort : 'state', image:read.get('image')};
          } catch { return HOME; }
        }
        function hashOf(place) {
          const changed = Object.entries(place).filter(([key, value]) => value !== HOME[key]);
          if (!changed.length) return location.pathname + location.search;
          return '#' + (changed.length === 1 && place.image !== null ? encodeURIComponent(place.image) : new URLSearchParams(changed).toString());
        }
        function go(change, replaces) {
          const next = {...place, ...change};
          if (hashOf(next) === hashOf(place)) return;
          if (replaces) history.replaceState(history.state, '', hashOf(next));
          else history.pushState({isOurs:true}, '', hashOf(next));
          arrive(next);
        }
        function arrive(next) {
          const before = place;
          place = next;
          if (next.show !== before.show || next.q !== before.q || next.sort !== before.sort) shown = 100;
          if (byId('search').value !== next.q) byId('search').value = next.q;
          drawFilters();
          drawTable();
          if (next.image !== before.image) next.image === null ? shut(before.image) : open();
        }
        // A link to an image; a click with a modifier is the browser's.
        function link(name, ...children) {
          return h('a', {href:'#' + encodeURIComponent(name), 'data-key':name, onclick:event => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
            event.preventDefault();
            go({image:name});
          }}, ...(children.length ? children : [out(name)]));
        }

        """#
}
