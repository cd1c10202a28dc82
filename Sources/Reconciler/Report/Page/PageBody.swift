extension Page {
    /// What the script puts in place of the plain table; as data, so that browsers without script show none of it.
    static let view = #"""
        <div id="app">
        <div class="sides">
        <section class="card" id="day" aria-labelledby="daytitle"><h2 id="daytitle">The last day</h2><div id="lanes"></div></section>
        <div class="card side" id="side" hidden>
        <section id="rest" aria-labelledby="resttitle" hidden><h2 id="resttitle">Surroundings</h2><ul id="restlist"></ul></section>
        <section id="hooks" aria-labelledby="hookstitle" hidden><h2 id="hookstitle">Webhooks</h2><ul id="hooklist"></ul></section>
        </div></div>
        <section aria-labelledby="imagestitle">
        <h2 class="hidden" id="imagestitle">Images</h2>
        <div class="bar"><div class="filters" id="filters" role="group" aria-label="Show images that are"></div>
        <label class="order">Sort by <select id="order"><option value="state">state</option><option value="image">name</option><option value="-changed">last change</option><option value="-runs">duration</option></select></label>
        <input class="search" id="search" type="search" placeholder="Search images, sources, reasons  ( / )" aria-label="Search images, sources and reasons" autocomplete="off" spellcheck="false"></div>
        <p class="hidden" id="found" role="status"></p>
        <div class="card images"><table>
        <thead><tr><th class="c-name" data-sort="image" scope="col"><button>Image</button></th><th class="c-state" data-sort="state" scope="col"><button>State</button></th><th class="c-changed" data-sort="changed" scope="col"><button>Last change</button></th><th class="c-actual" scope="col"><span>In the registry</span></th><th class="c-runs" data-sort="runs" scope="col"><button>Last runs</button></th></tr></thead>
        <tbody id="rows"></tbody></table>
        <p class="none" id="none" hidden>No image is like that.</p>
        <button class="more" id="more" hidden></button></div>
        <div id="end"></div>
        </section>
        </div>
        <dialog id="dialog" aria-labelledby="d-name">
        <div class="top"><div><h2 id="d-name" class="out" dir="auto"></h2><div id="d-state"></div></div><button class="close" id="close">Close</button></div>
        <div class="body"><dl id="facts"></dl>
        <section id="output" hidden><h3>Output <a id="loglink">as a file</a></h3><pre id="log" tabindex="0" aria-label="Output of the build"></pre></section>
        <section id="past" hidden><h3>Last runs</h3><table class="past"><tbody id="pastrows"></tbody></table></section>
        </div></dialog>
        """#
}
