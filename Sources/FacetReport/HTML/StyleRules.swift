/// The style sheet's rules, written for 320 pixels of width and more.
enum StyleRules {
  static let text = """
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
    body{margin:0 auto;max-width:1120px;padding:0 20px 48px;background:var(--page);color:var(--tx);
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    h1,h2,h3,h4,p,dl,dd,figure,ol{margin:0}
    h1{font-size:clamp(1.6rem,4vw,2.2rem);line-height:1.2;letter-spacing:-.015em;text-wrap:balance}
    h2{font-size:1.35rem;line-height:1.3;margin:0 0 4px}
    h3{font-size:1.05rem;margin:8px 0 0}
    a{color:var(--po);text-underline-offset:.15em}
    :focus-visible{outline:2px solid var(--po);outline-offset:2px;border-radius:3px}
    code,pre{font:.86em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
    pre{margin:0;padding:12px 14px;background:var(--sf);border:1px solid var(--gr);border-radius:8px;
    overflow-x:auto;white-space:pre}
    dd,p,h1,h2,h3{overflow-wrap:anywhere}
    td,dd,dt,h4,b,figcaption{unicode-bidi:isolate}
    .top{padding:36px 0 20px}
    .subtitle{color:var(--mu);font-size:1.08rem;margin-top:6px;max-width:75ch}
    nav ol{list-style:none;padding:0;margin-top:16px;display:flex;flex-wrap:wrap;gap:6px 18px}
    nav a{font-size:.92rem}
    section{margin:40px 0;scroll-margin-top:16px}
    .lead{color:var(--mu);max-width:75ch}
    .prose{max-width:75ch;white-space:pre-line}
    .blocks{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:20px;margin-top:14px}
    .block{grid-column:1/-1;min-width:0}
    .caption{color:var(--mu);font-size:.9rem;max-width:85ch}

    .summary{margin:8px 0 0}
    .headlines{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:14px}
    .headline{background:var(--sf);border:1px solid var(--gr);border-radius:10px;padding:14px 16px;
    border-top:4px solid var(--axis-tone,var(--ax))}
    .headline-name{color:var(--mu);font-size:.9rem;font-weight:600}
    .headline-value{font-size:2.1rem;font-weight:650;line-height:1.25;letter-spacing:-.02em;
    font-variant-numeric:tabular-nums}
    .headline-more{color:var(--mu);font-size:.84rem;line-height:1.4}
    .good{--axis-tone:var(--good)}.caution{--axis-tone:var(--caution)}.bad{--axis-tone:var(--bad)}
    .verdict,.note,.warning{margin-top:14px;padding:11px 15px;border-radius:8px;background:var(--sf);
    border:1px solid var(--gr);border-left:4px solid var(--axis-tone,var(--ax));max-width:920px}
    .verdict{font-size:1.06rem;display:flex;gap:10px}
    .verdict .sign{color:var(--axis-tone,var(--mu));font-weight:700}
    .verdict .sign:empty{display:none}
    .block.note,.block.warning{margin:0}
    .note{--axis-tone:var(--po)}
    .warning{--axis-tone:var(--caution)}
    .note strong,.warning strong{color:var(--axis-tone);margin-right:6px}
    .warning ul{margin:2px 0 0;padding-left:18px}
    .warning li{overflow-wrap:anywhere}
    .warning li:only-child{list-style:none;margin-left:-18px}
    .note span,.warning span{white-space:pre-line}

    .facts,.terms,.digests{display:grid;gap:8px 28px;margin-top:6px}
    .facts{grid-template-columns:repeat(auto-fill,minmax(210px,1fr))}
    .terms>div,.digests>div{max-width:95ch}
    dt{color:var(--mu);font-size:.86rem;overflow-wrap:anywhere}
    .terms dt{color:var(--tx);font-weight:650;font-size:1rem}
    .terms dd{color:var(--mu)}
    .terms>div{padding-bottom:8px;border-bottom:1px solid var(--gr)}

    .scroller{overflow-x:auto;background:var(--sf);border:1px solid var(--gr);border-radius:10px}
    table{border-collapse:collapse;width:100%;font-size:.93rem;
    font-variant-numeric:tabular-nums lining-nums}
    caption{text-align:left;padding:11px 14px 9px;color:var(--mu);font-size:.9rem}
    th,td{padding:7px 14px;text-align:left;vertical-align:baseline;overflow-wrap:break-word}
    th{font-size:.85rem;font-weight:600;color:var(--mu);border-bottom:1px solid var(--ax);
    vertical-align:bottom;overflow-wrap:normal}
    th[title]{text-decoration:underline dotted;text-underline-offset:.2em}
    td{border-bottom:1px solid var(--gr)}
    tbody tr:last-child td{border-bottom:0}
    tbody tr:hover td{background:color-mix(in srgb,var(--po) 7%,transparent)}
    .num{text-align:right;white-space:nowrap}
    .name{max-width:26ch;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .path{overflow-wrap:anywhere}
    td small{display:block;color:var(--mu);font-size:.8rem;line-height:1.25}
    .compact{font-size:.86rem}
    .compact th,.compact td{padding-top:3px;padding-bottom:3px}
    .compact td small{display:inline;margin-left:8px}
    th button{all:unset;cursor:pointer;color:inherit}
    th button:hover{color:var(--tx)}
    th button:focus-visible{outline:2px solid var(--po);outline-offset:3px;border-radius:3px}
    th button::before,th button::after{opacity:.45;font-size:.8em;font-weight:400}
    .txt button::after{content:"\\00a0\\2195"}.num button::before{content:"\\2195\\00a0"}
    th[aria-sort] button::before,th[aria-sort] button::after{opacity:1}
    .txt[aria-sort=ascending] button::after{content:"\\00a0\\2191"}
    .txt[aria-sort=descending] button::after{content:"\\00a0\\2193"}
    .num[aria-sort=ascending] button::before{content:"\\2191\\00a0"}
    .num[aria-sort=descending] button::before{content:"\\2193\\00a0"}
    .row-strong td{font-weight:650;background:color-mix(in srgb,var(--po) 11%,transparent)}
    .row-strong td small{font-weight:400}
    .row-muted td{color:var(--mu)}
    .badge{display:inline-block;padding:0 9px;border-radius:99px;font-size:.82rem;line-height:1.65;
    font-weight:600;border:1px solid var(--axis-tone,var(--ax));color:var(--axis-tone,var(--tx));
    white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis;vertical-align:middle}
    .badge>span:empty{display:none}

    .figure{background:var(--sf);border:1px solid var(--gr);border-radius:10px;padding:14px 16px;
    display:flex;flex-direction:column}
    .figure.half{grid-column:auto}
    .figure-title{font-weight:650;margin-bottom:8px;overflow-wrap:anywhere}
    .figure-number{color:var(--mu);font-weight:600;margin-right:4px}
    .figure>.caption{margin-top:6px}
    .drawing{overflow-x:auto;overflow-y:hidden}
    .plot{display:block;max-width:100%;height:auto;margin:0 auto}
    .plot text{font-family:"DejaVu Sans",Verdana,system-ui,sans-serif}
    .plot .halo{paint-order:stroke;stroke:var(--sf);stroke-width:3px;stroke-linejoin:round}
    .plot path,.plot polygon{stroke-linejoin:round}

    .gallery{display:grid;grid-template-columns:minmax(0,1fr);gap:14px}
    .gallery-bar{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:6px 26px;
    align-items:center;padding:10px 16px;background:var(--sf);border:1px solid var(--gr);
    border-radius:10px}
    .fader{display:inline-flex;align-items:center;gap:8px;font-size:.88rem;color:var(--mu)}
    .fader input{accent-color:var(--po);width:170px;height:24px;cursor:pointer}
    .fader.small input{width:96px}
    .fader output{min-width:4.5ch;text-align:right;font-variant-numeric:tabular-nums}
    .fader[hidden]{display:none}
    .scale{display:inline-flex;flex-wrap:wrap;align-items:center;gap:8px;font-size:.88rem;
    font-variant-numeric:tabular-nums}
    .scale-name:not(:empty){font-weight:600;margin-right:4px}
    .scale-bar{display:inline-block;width:160px;height:14px;border:1px solid var(--ax);
    border-radius:3px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .sharing{font-size:.84rem;color:var(--mu)}
    .switch{display:inline-flex;align-items:center;gap:7px;font-size:.88rem;color:var(--mu);
    cursor:pointer}
    .switch input{accent-color:var(--po);width:16px;height:16px;margin:0}
    .card{background:var(--sf);border:1px solid var(--gr);border-radius:10px;padding:12px 16px 14px}
    .card-head{display:flex;flex-wrap:wrap;align-items:center;gap:2px 12px;margin-bottom:10px}
    .card-head h4{font-size:1rem;max-width:min(64ch,100%);overflow:hidden;text-overflow:ellipsis;
    white-space:nowrap}
    .card-head p{color:var(--mu);font-size:.93rem}
    .card-head p b{color:var(--tx)}
    .card-head .fader{margin-left:auto}
    .card>.caption{margin-top:8px}
    .panels{display:grid;gap:14px;grid-auto-flow:column;grid-auto-columns:minmax(152px,1fr);
    overflow-x:auto;overscroll-behavior-x:contain}
    .panels.rowed{grid-auto-flow:row;grid-template-columns:repeat(var(--row),minmax(0,1fr))}
    .panels .panel{max-width:260px}
    .panels:not(.rowed)>.panel:first-child{position:sticky;left:0;z-index:1;background:var(--sf);
    box-shadow:8px 0 8px -4px var(--sf)}
    .fold{margin-top:8px;font-size:.93rem}
    .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(var(--item),100%),
    var(--item)));gap:14px;margin-top:8px}
    .panel{min-width:0;font-size:.9rem}
    .panel figcaption{font-weight:600;margin-top:5px;line-height:1.35;overflow-wrap:anywhere}
    .grid .panel figcaption{font-weight:400}
    .panel dl{font-size:.82rem;line-height:1.45;font-variant-numeric:tabular-nums}
    .panel dl div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 8px}
    .panel dl dt{font-size:inherit;overflow-wrap:normal}
    .panel dl dd{overflow-wrap:break-word;min-width:0}
    .stack{position:relative;display:block;width:100%;padding:0;border:0;background:none;
    border-radius:6px;overflow:hidden;line-height:0;cursor:zoom-in}
    a.stack{cursor:pointer}
    .stack img{display:block;width:100%;height:auto}
    .stack img.map{position:absolute;inset:0;height:100%;opacity:var(--fade)}
    .gallery img.own-scale,.gallery:has(.scale-switch:checked) img.shared-scale{display:none}
    .gallery:has(.scale-switch:checked) img.own-scale{display:block}
    .pixelated img{image-rendering:pixelated}
    dialog{border:1px solid var(--gr);border-radius:12px;padding:14px;background:var(--sf);
    color:var(--tx);max-width:96vw}
    dialog::backdrop{background:rgb(0 0 0/.6)}
    dialog .stack{margin:0 auto;cursor:auto}
    .zoom-bar{display:flex;flex-wrap:wrap;align-items:center;gap:8px 20px;margin-bottom:10px}
    .zoom-bar p{font-weight:600;flex:1 1 12ch}
    .zoom-bar button{font:inherit;font-size:.9rem;padding:4px 14px;border-radius:7px;
    border:1px solid var(--ax);background:none;color:inherit;cursor:pointer}

    summary{cursor:pointer;font-weight:600;padding:4px 0}
    .skips .scroller{max-height:420px;overflow-y:auto;margin:8px 0}
    footer{border-top:1px solid var(--ax);padding-top:20px;margin-top:48px;font-size:.92rem}
    footer h2{font-size:1.1rem}
    footer .facts,footer .digests,footer details{margin-top:12px}
    footer pre{margin-top:10px;white-space:pre-wrap;overflow-wrap:anywhere}
    footer dd code{overflow-wrap:anywhere}
    @media (max-width:640px){
    body{padding:0 14px 32px;font-size:15px}
    .top{padding-top:22px}
    .blocks{grid-template-columns:minmax(0,1fr)}
    .figure{padding:12px 10px}
    .figure.full .plot{min-width:min(600px,var(--drawn))}
    .gallery-bar{position:static}
    .card-head .fader{margin-left:0}
    .panels{grid-auto-columns:minmax(136px,1fr)}
    .panels.rowed{grid-template-columns:repeat(var(--row),minmax(136px,1fr))}
    .panel figcaption{font-size:.82rem}
    th,td{padding:7px 10px}
    }
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    """

  /// On paper: the light theme, nothing that only works on a screen, folded parts opened.
  static let print = """
    @media print{
    @page{margin:14mm}
    body{max-width:none;padding:0;background:#fff;font-size:9.5pt}
    .panels{grid-auto-flow:row;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:10px;
    overflow:visible}
    .panels:not(.rowed)>.panel:first-child{position:static;box-shadow:none}
    .panel,.panel dl{font-size:7.5pt}
    .headlines{grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}
    .headline-value{font-size:1.7rem}
    .blocks{gap:14px}
    th,td{padding:5px 9px}
    .top{padding-top:0}
    nav,.fader,dialog,th button::before,th button::after{display:none!important}
    section{margin:20px 0}
    h2,h3,.lead,.figure-title,.gallery>.caption,.gallery-bar{break-after:avoid}
    .lead,.headline,.verdict,.warning,.note,.figure,.card,.panel,.scroller,.gallery-bar,tr,.terms>div{break-inside:avoid}
    thead{display:table-header-group}
    .gallery-bar{position:static}
    .scroller,.drawing,pre{overflow:visible!important;max-height:none!important}
    pre{white-space:pre-wrap}
    .name,.card-head h4{white-space:normal;overflow-wrap:anywhere;min-width:16ch;max-width:none}
    .gallery{display:block}
    .gallery>*{margin-bottom:10px}
    .fold:not([open]){display:none}
    details:not(.fold)::details-content{content-visibility:visible;block-size:auto}
    .plot rect,.plot path,.plot circle,.plot polygon,.badge,.row-strong td{print-color-adjust:exact;
    -webkit-print-color-adjust:exact}
    a{color:inherit}
    }
    """
}
