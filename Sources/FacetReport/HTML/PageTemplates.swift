/// The Mustache templates of a page. `{{name}}` is escaped by the engine; `{{{name}}}` is for markup
/// that Facet made (plots, pictures, style sheet, script) and for nothing else.
enum PageTemplates {
  static let all: [(name: String, template: String)] = [
    ("page", page), ("summary", summary), ("footer", footer), ("heading", heading),
    ("paragraph", paragraph), ("note", note), ("warning", warning),
    ("preformatted", preformatted), ("definitions", definitions), ("table", table),
    ("figure", figure), ("gallery", gallery), ("card", card), ("grid", grid),
    ("pictures", pictures), ("skips", skips), ("badge", badge),
  ]

  /// Forbids every request; only what is in the page itself may be shown and run.
  private static let policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    + "base-uri 'none'; form-action 'none'"

  private static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="\(policy)">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>{{{styleSheet}}}</style>
    </head>
    <body>
    <header class="top">
    <h1>{{title}}</h1>
    {{#subtitle}}<p class="subtitle">{{.}}</p>{{/subtitle}}
    {{#hasContents}}<nav aria-label="Contents"><ol>
    {{#sections}}<li><a href="#{{id}}">{{heading}}</a></li>{{/sections}}
    {{#hasGlossary}}<li><a href="#glossary">Definitions</a></li>{{/hasGlossary}}
    </ol></nav>{{/hasContents}}
    </header>
    <main>
    {{#hasSummary}}{{>summary}}{{/hasSummary}}
    {{#sections}}<section id="{{id}}" aria-labelledby="{{id}}-h">
    <h2 id="{{id}}-h">{{heading}}</h2>
    {{#lead}}<p class="lead">{{.}}</p>{{/lead}}
    <div class="blocks">
    {{#blocks}}{{#view}}{{>*partial}}{{/view}}{{/blocks}}
    </div>
    </section>
    {{/sections}}
    {{#hasGlossary}}<section id="glossary" aria-labelledby="glossary-h">
    <h2 id="glossary-h">Definitions</h2>
    <dl class="terms">{{#glossary}}<div><dt>{{term}}</dt><dd>{{text}}</dd></div>{{/glossary}}</dl>
    </section>{{/hasGlossary}}
    </main>
    {{#hasProvenance}}{{>footer}}{{/hasProvenance}}
    <dialog id="zoom" aria-label="Enlarged picture">
    <div class="zoom-bar"><p id="zoom-title"></p>
    <label class="fader" id="zoom-fader"><span>photo</span>
    <input type="range" min="0" max="100" value="60" aria-label="Opacity of the map"><span>map</span>
    <output>60%</output></label>
    <button type="button" id="zoom-close">Close</button></div>
    <div class="stack" id="zoom-stack"></div>
    </dialog>
    <script>{{{script}}}</script>
    </body>
    </html>

    """

  private static let summary = """
    <section class="summary" aria-label="Summary">
    <div class="headlines">{{#headlines}}<div class="headline {{tone}}">
    <p class="headline-name">{{name}}</p><p class="headline-value">{{value}}</p>
    {{#interval}}<p class="headline-more">{{.}}</p>{{/interval}}
    {{#count}}<p class="headline-more">{{.}}</p>{{/count}}
    </div>{{/headlines}}</div>
    {{#verdicts}}<p class="verdict {{tone}}"><span class="sign" aria-hidden="true">{{sign}}</span>\
    <span>{{text}}</span></p>{{/verdicts}}
    {{#warningsLabel}}<div class="warning"><strong>{{.}}</strong>
    <ul>{{#warnings}}<li>{{.}}</li>{{/warnings}}</ul></div>{{/warningsLabel}}
    </section>
    """

  private static let footer = """
    <footer aria-label="Provenance">
    <h2>Provenance</h2>
    {{#command}}<pre><code>{{.}}</code></pre>{{/command}}
    <dl class="facts">{{#provenance}}<div><dt>{{term}}</dt><dd>{{text}}</dd></div>{{/provenance}}</dl>
    <dl class="digests">\
    {{#digests}}<div><dt>SHA-256 of {{term}}</dt><dd><code>{{text}}</code></dd></div>{{/digests}}</dl>
    {{#hasOptions}}<details><summary>Options</summary>
    <dl class="facts">{{#options}}<div><dt>{{term}}</dt><dd>{{text}}</dd></div>{{/options}}</dl>
    </details>{{/hasOptions}}
    </footer>
    """

  private static let heading = "<h3 class=\"block\">{{text}}</h3>"
  private static let paragraph = "<p class=\"block prose\">{{text}}</p>"
  private static let note =
    "<p class=\"block note\"><strong>Note</strong> <span>{{text}}</span></p>"
  private static let warning =
    "<p class=\"block warning\"><strong>Warning</strong> <span>{{text}}</span></p>"
  private static let preformatted =
    "<pre class=\"block\" tabindex=\"0\"><code>{{text}}</code></pre>"
  private static let definitions = """
    <dl class="block facts">\
    {{#items}}<div><dt>{{term}}</dt><dd>{{text}}</dd></div>{{/items}}</dl>
    """

  private static let badge =
    "<span class=\"badge {{tone}}\">\(sign){{text}}</span>"
  private static let sign = "<span aria-hidden=\"true\">{{sign}}</span> "

  private static let table = """
    <div class="block scroller" role="region" aria-label="{{label}}" tabindex="0">
    <table class="sortable {{density}}">
    {{#caption}}<caption>{{.}}</caption>{{/caption}}
    <thead><tr>{{#columns}}<th scope="col" class="{{kind}}"{{#help}} title="{{.}}"{{/help}}>\
    {{title}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}<tr class="row-{{emphasis}}">{{#cells}}<td class="{{kind}}" data-sort="{{sort}}"\
    {{#whole}} title="{{.}}"{{/whole}}>{{text}}{{#badge}}{{>badge}}{{/badge}}\
    {{#interval}}<small>{{.}}</small>{{/interval}}</td>{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    """

  private static let figure = """
    <figure class="block figure {{width}}" id="{{id}}">
    <figcaption class="figure-title"><span class="figure-number">Figure {{number}}</span> \
    {{title}}</figcaption>
    <div class="drawing">{{{drawing}}}</div>
    <p class="caption">{{caption}}{{#link}} <a href="{{.}}">PNG</a>{{/link}}</p>
    </figure>
    """

  private static let gallery = """
    <div class="block gallery" role="group" aria-label="{{label}}" style="--fade:{{percent}}%">
    {{#title}}<h3>{{.}}</h3>{{/title}}
    {{#caption}}<p class="caption">{{.}}</p>{{/caption}}
    <div class="gallery-bar">
    <label class="fader"><span>photo</span>
    <input type="range" min="0" max="100" value="{{percent}}" data-fades="gallery" \
    aria-label="Opacity of all maps"><span>map</span> <output>{{percent}}%</output></label>
    {{#hasScale}}<div class="scale"><span class="scale-name">{{quantity}}</span>
    <span>{{low}}</span><span class="scale-bar" role="img" aria-label="Colour scale from {{low}} \
    to {{high}}" style="background:linear-gradient(90deg,{{{gradient}}})"></span>\
    <span>{{high}}</span></div>{{/hasScale}}
    {{#hasOwnScale}}<label class="switch"><input type="checkbox" class="scale-switch" \
    aria-label="Colour each map by its own strongest value">
    each map by its own strongest value</label>{{/hasOwnScale}}
    {{#sharing}}<p class="sharing">{{.}}</p>{{/sharing}}
    </div>
    {{#cards}}{{>card}}{{/cards}}
    </div>
    """

  private static let card = """
    <article class="card">
    <div class="card-head">
    <h4 title="{{name}}">{{name}}</h4>
    {{#outcome}}{{#text}}{{>badge}}{{/text}}{{/outcome}}
    <p>{{#predicted}}predicted <b>{{.}}</b>{{/predicted}}{{#probability}} {{.}}{{/probability}}\
    {{#truth}}, true <b>{{.}}</b>{{/truth}}</p>
    <label class="fader small"><span>photo</span>
    <input type="range" min="0" max="100" value="{{percent}}" data-fades="card" \
    aria-label="Opacity of the maps of {{name}}"><span>map</span> \
    <output>{{percent}}%</output></label>
    </div>
    <div class="panels{{#row}} rowed{{/row}}"{{#row}} style="--row:{{.}}"{{/row}}>
    <figure class="panel"><button type="button" class="stack zoom" \
    aria-label="Enlarge photo {{name}}">{{{photo}}}</button>\
    <figcaption>{{photoTitle}}</figcaption></figure>
    {{#panels}}<figure class="panel"><button type="button" class="stack zoom" \
    aria-label="{{enlarge}}">{{{photo}}}{{#map}}{{{.}}}{{/map}}</button>
    <figcaption>{{method}}</figcaption>
    <dl>{{#values}}<div><dt>{{term}}</dt><dd>{{text}}</dd></div>{{/values}}</dl></figure>
    {{/panels}}
    </div>
    {{#note}}<p class="caption">{{.}}</p>{{/note}}
    {{#folded}}<details class="fold"><summary>{{caption}}</summary>
    {{>pictures}}
    </details>{{/folded}}
    </article>
    """

  private static let grid = """
    <div class="block">
    {{#caption}}<p class="caption">{{.}}</p>{{/caption}}
    {{>pictures}}
    </div>
    """

  private static let pictures = """
    <div class="grid {{kind}}" style="--item:{{itemWidth}}px">
    {{#items}}<figure class="panel">{{#link}}<a class="stack" href="{{.}}">{{{picture}}}</a>{{/link}}\
    {{^link}}<button type="button" class="stack zoom" aria-label="{{enlarge}}">{{{picture}}}</button>\
    {{/link}}<figcaption>{{caption}} {{#badge}}{{>badge}}{{/badge}}</figcaption></figure>
    {{/items}}
    </div>
    """

  private static let skips = """
    <details class="block skips"><summary>{{heading}}</summary>
    <div class="scroller" role="region" aria-label="Skipped files" tabindex="0">
    <table><thead><tr><th scope="col" class="txt">file</th><th scope="col" class="txt">reason</th>\
    </tr></thead><tbody>
    {{#rows}}<tr><td class="txt path">{{term}}</td><td class="txt">{{text}}</td></tr>{{/rows}}
    </tbody></table></div>
    {{#rest}}<p class="caption">{{.}}</p>{{/rest}}
    </details>
    """
}
