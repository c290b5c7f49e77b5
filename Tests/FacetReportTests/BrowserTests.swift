import FacetReport
import FacetTestSupport
import Testing

/// The page in a real browser, when there is one.
@Suite(.serialized) struct BrowserTests {
  @Test(
    .enabled(if: Browser.path != nil, "no chromium on the PATH"), .timeLimit(.minutes(3)),
    arguments: ["name", "<script>alert(1)</script>\"' onmouseover=alert(1)"])
  func pageWorksInABrowser(_ name: String) throws {
    let page = try HTMLRenderer.render(try Samples.report(text: name), figureFolder: "figures")
    let script = """
      const one = (s, root = document) => root.querySelector(s);
      const all = (s) => [...document.querySelectorAll(s)];
      const slide = (input, value) => { input.value = value; input.dispatchEvent(new Event('input')); };
      const opacity = (i) => getComputedStyle(all('.gallery img.map')[i]).opacity;
      say('requests ' + performance.getEntriesByType('resource').filter((e) => !e.name.startsWith('data:')).length);
      say('unfilled ' + all('img').filter((i) => !i.src.startsWith('data:image/png')).length);
      say('alerts ' + all('[onmouseover], [onerror]').length + ' ' + all('script').length);
      say('start ' + opacity(0));
      slide(one('input[data-fades=gallery]'), 20);
      say('gallery ' + opacity(0) + ' ' + opacity(2));
      slide(one('input[data-fades=card]'), 75);
      say('card ' + opacity(0) + ' ' + opacity(2) + ' ' + one('.card output').textContent);
      slide(one('input[data-fades=gallery]'), 40);
      say('again ' + opacity(0) + ' ' + opacity(2));
      const order = () => [...one('table.sortable tbody').rows].map((r) => r.cells[1].dataset.sort || '-').join(' ');
      const heading = one('table.sortable th.num button');
      heading.click(); say('sorted ' + order() + ' ' + one('table.sortable th.num').getAttribute('aria-sort'));
      heading.click(); say('turned ' + order() + ' ' + one('table.sortable th.num').getAttribute('aria-sort'));
      const zoom = document.getElementById('zoom');
      all('.gallery button.zoom')[1].click();
      say('zoom ' + zoom.open + ' ' + zoom.querySelectorAll('img').length + ' ' + getComputedStyle(one('#zoom img.map')).opacity);
      document.getElementById('zoom-close').click(); say('closed ' + !zoom.open);
      say('ids ' + (new Set(all('[id]').map((e) => e.id)).size === all('[id]').length));
      say('overflow ' + (document.documentElement.scrollWidth > innerWidth));
      """
    let visit = try Browser.visit(page, script: script)
    #expect(visit.messages == [])
    #expect(
      visit.said == [
        "requests 0", "unfilled 0", "alerts 0 2", "start 0.6", "gallery 0.2 0.2",
        "card 0.75 0.2 75%", "again 0.4 0.4", "sorted 0.85 - descending", "turned 0.85 - ascending",
        "zoom true 2 0.4", "closed true", "ids true", "overflow false",
      ])
  }

  @Test(.enabled(if: Browser.path != nil, "no chromium on the PATH"), .timeLimit(.minutes(3)))
  func thePolicyStopsRequests() throws {
    // The control: a page changed to ask for a picture must be stopped, or the test above is blind.
    let page = try HTMLRenderer.render(Report(title: "t"))
    let asking = page.split(separator: "</main>", maxSplits: 1).joined(
      separator: "<img src=\"http://127.0.0.1:9/x.png\"></main>")
    let visit = try Browser.visit(asking, script: "say('x')")
    #expect(visit.messages.contains { $0.contains("Content Security Policy") })
  }
}
